// pane.mjs URL STUB BROWSER STEPS: opens task panes in headless Chromium with office.js replaced, and
// does the steps of a JSON file one after another. Prints what was read as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [url, stub, browser, steps] = process.argv.slice(2);
const { chromium } = createRequire(process.env.XLMATRIX_WEB + "/")("playwright-core");
const running = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-gpu"] });
const pages = {};
const found = {};

async function open({ workbook, token = "", width = 380, height = 900, at }) {
  const context = await running.newContext({ viewport: { width, height }, timezoneId: "Asia/Tokyo", locale: "en-US" });
  const page = await context.newPage();
  page.logged = [];
  page.on("console", (message) => page.logged.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => page.logged.push(`pageerror: ${error}`));
  page.on("request", (request) => { if (new URL(request.url()).origin !== url) page.logged.push(`elsewhere: ${request.url()}`); });
  await page.addInitScript((kept) => { localStorage.setItem("xlmatrix-token", kept); }, token);
  await page.route("**/office.js", (route) => route.fulfill({ contentType: "text/javascript", body: readFileSync(stub) }));
  await page.route("**/workbook.json", (route) => route.fulfill({ contentType: "application/json", body: readFileSync(workbook) }));
  if (at) {
    // The page's clock stands still until a step moves it.
    await page.clock.install({ time: new Date(at * 1000 - 1000) });
    await page.clock.pauseAt(new Date(at * 1000));
  }
  await page.goto(`${url}/taskpane`);
  await quiet(page);
  return page;
}

// Until nothing is under way.
async function quiet(page) {
  await page.waitForFunction(() => document.readyState === "complete" && document.getElementById("shown-at")
    && !document.querySelector(".now[aria-busy]")
    && (document.getElementById("refused").textContent || !/Not read/.test(document.getElementById("shown-at").textContent)), null, { polling: 50, timeout: 60000 });
}

const doing = {
  open: async (_, given, name) => { pages[name] = await open(given); },
  click: async (page, selector) => { await page.click(selector); await quiet(page); },
  // Two presses before the first is answered.
  twice: async (page, selector) => {
    await page.evaluate((one) => { const button = document.querySelector(one); button.click(); button.click(); }, selector);
    await quiet(page);
  },
  press: async (page, key) => { await page.keyboard.press(key); await quiet(page); },
  focus: async (page, selector) => { await page.focus(selector); },
  run: async (page, ms) => { await page.clock.runFor(ms); },
  offline: async (page, on) => { await page.context().setOffline(on); },
  size: async (page, [width, height]) => { await page.setViewportSize({ width, height }); },
  shot: async (page, path) => { await page.screenshot({ path }); },
  do: async (page, text) => page.evaluate(text),
  wait: async (page) => { await quiet(page); },
};
try {
  for (const { on, as, ...step } of JSON.parse(readFileSync(steps))) {
    const [[name, given]] = Object.entries(step);
    try {
      if (name === "read") found[as] = await pages[on].evaluate(given);
      else if (name === "logged") found[as] = pages[on].logged;
      else await doing[name](pages[on], given, on);
    } catch (error) {
      throw new Error(`${JSON.stringify({ on, ...step })}: ${error}\n${pages[on]?.logged.join("\n")}`);
    }
  }
  console.log(JSON.stringify(found));
} finally {
  await running.close();
}
