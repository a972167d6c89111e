// click.mjs URL STUB WORKBOOK BROWSER BUTTON [FIELD VALUE]: opens the genuine task pane in headless Chromium with
// office.js replaced, clicks a button, and prints the grid and what was said as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [url, stub, workbook, browser, button, field, value] = process.argv.slice(2);
const { chromium } = createRequire(process.env.XLMATRIX_WEB + "/")("playwright-core");
const running = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-gpu"] });
try {
  const page = await running.newPage();
  const logged = [];
  const asked = [];
  page.on("console", (message) => logged.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => logged.push(`pageerror: ${error}`));
  page.on("request", (request) => { if (request.method() === "POST") asked.push(new URL(request.url()).pathname); });
  await page.route("**/office.js", (route) => route.fulfill({ contentType: "text/javascript", body: readFileSync(stub) }));
  await page.route("**/workbook.json", (route) => route.fulfill({ contentType: "application/json", body: readFileSync(workbook) }));
  await page.goto(`${url}/taskpane`);
  await page.waitForSelector(`[xw-click="${button}"][xw-click-initialized]:not([aria-disabled="true"])`, { state: "attached", timeout: 20000 });
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
  if (field) await page.fill(`#${field}`, value);
  await page.click(`[xw-click="${button}"]`);
  const failed = "#global-error-alert:not(.d-none)";
  await page.waitForFunction((place) => globalThis.alerted || document.querySelector(place), failed, { timeout: 60000 }).catch(() => { });
  const seen = await page.evaluate((place) => ({
    grid: globalThis.grid, alerted: globalThis.alerted ?? null, failed: document.querySelector(place)?.textContent.trim() ?? null,
  }), failed);
  console.log(JSON.stringify({ ...seen, asked, logged }));
} finally {
  await running.close();
}
