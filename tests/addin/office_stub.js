// Stands in for office.js: a grid in memory, loaded from /workbook.json and open to the test as
// globalThis.grid. Everything else in the page is the genuine client. What is set is coerced as Excel
// does; grid.log holds each cell that was set with its old and its new value, grid.calculated how
// often a calculation was asked for. A sheet with "protected": true, and grid.book.protected for the
// structure, refuse what Excel refuses. Times pass as the page's own clock says, which Playwright
// (page.clock) can hold and move.
(() => {
  const letters = (n) => (n > 0 ? letters(Math.floor((n - 1) / 26)) + String.fromCharCode(65 + ((n - 1) % 26)) : "");
  const number = (text) => [...text].reduce((sum, c) => sum * 26 + c.charCodeAt(0) - 64, 0);
  const corners = (address) => {
    const [a, b] = address.replaceAll("$", "").split("!").pop().split(":");
    const spot = (text) => { const m = /([A-Z]+)(\d+)/.exec(text); return [Number(m[2]), number(m[1])]; };
    return [...spot(a), ...spot(b || a)];
  };
  const serial = (iso) => Date.parse(iso) / 86400000 + 25569;
  const stamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
  const ready = fetch("/workbook.json").then((r) => r.json()).then((data) => {
    data.log = []; data.calculated = 0;
    // The file of the test holds what the client would send: Excel holds numbers with a format.
    for (const sheet of data.sheets) {
      sheet.formats ??= {};
      sheet.values.forEach((row, y) => row.forEach((cell, x) => {
        if (typeof cell === "string" && stamp.test(cell)) { row[x] = serial(cell); sheet.formats[`${y},${x}`] = "yyyy-mm-dd hh:mm"; }
      }));
    }
    globalThis.grid = data;
  });
  // What stands in a cell after a value was set, and the format that comes with it.
  const coerced = (value, format) => {
    if (format === "@") return [String(value), format];
    if (typeof value !== "string") return [value, format];
    if (value.startsWith("'")) return [value.slice(1), format];
    const text = value.trim();
    if (/^=./.test(text)) return [`a formula ${text}`, format];
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?%?$/i.test(text)) return [text.endsWith("%") ? parseFloat(text) / 100 : Number(text), format];
    const day = /^(\d{1,2})[-/](\d{1,2})$/.exec(text);
    if (day && day[1] >= 1 && day[1] <= 12 && day[2] >= 1 && day[2] <= 28) return [serial(`2026-${day[1].padStart(2, "0")}-${day[2].padStart(2, "0")}T00:00:00.000Z`), "d-mmm"];
    if (/^\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?$/.test(text)) return [serial(text.replace(" ", "T") + (text.length === 16 ? ":00" : text.length === 10 ? "T00:00:00" : "") + "Z"), "yyyy-mm-dd hh:mm"];
    if (/^(true|false)$/i.test(text)) return [/^true$/i.test(text), format];
    return [value, format];
  };
  const refused = (what) => { throw Object.assign(new Error(what), { code: "AccessDenied" }); };
  const none = { isNullObject: true, load() { return this; } };
  const same = (one, other) => one.toLowerCase() === other.toLowerCase();
  const list = (items) => ({
    items, load() { return this; }, getItemOrNullObject: (name) => items.find((i) => same(i.name, name)) || none,
    getItem: (name) => items.find((i) => same(i.name, name)) || refused(`there is no ${name}`), getItemAt: (place) => items[place], getCount: () => ({ value: items.length }),
  });
  const range = (sheet, top, left, bottom, right) => ({
    isNullObject: false, load() { return this; }, worksheet: { load() { return { position: sheet.position }; } },
    address: `${sheet.name}!${letters(left)}${top}:${letters(right)}${bottom}`,
    rowCount: bottom - top + 1, columnCount: right - left + 1,
    get values() {
      return Array.from({ length: bottom - top + 1 }, (_, y) => Array.from({ length: right - left + 1 }, (_, x) => sheet.data.values[top - 1 + y]?.[left - 1 + x] ?? ""));
    },
    set values(rows) {
      if (sheet.data.protected) refused(`the sheet ${sheet.name} is protected`);
      if (rows.length !== bottom - top + 1 || rows.some((row) => row.length !== right - left + 1)) throw new Error("the values have another size than the range");
      rows.forEach((row, y) => row.forEach((cell, x) => {
        if (cell === null) return;
        const spot = `${top - 1 + y},${left - 1 + x}`;
        const line = (sheet.data.values[top - 1 + y] ??= []);
        const [value, format] = coerced(cell, sheet.data.formats[spot] ?? "General");
        globalThis.grid.log.push({ sheet: sheet.name, row: top + y, column: left + x, old: line[left - 1 + x] ?? "", new: value });
        line[left - 1 + x] = value;
        sheet.data.formats[spot] = format;
      }));
      sheet.data.written = (sheet.data.written || 0) + 1;
    },
    get numberFormat() {
      return Array.from({ length: bottom - top + 1 }, (_, y) => Array.from({ length: right - left + 1 }, (_, x) => sheet.data.formats[`${top - 1 + y},${left - 1 + x}`] ?? "General"));
    },
    set numberFormat(given) {
      for (let y = top - 1; y < bottom; y += 1) for (let x = left - 1; x < right; x += 1) sheet.data.formats[`${y},${x}`] = given[y - top + 1]?.[x - left + 1] ?? given[0][0];
    },
    getSurroundingRegion() { return this; },
    format: { protection: { load() { return this; }, locked: true } },
  });
  const sheetOf = (data, position) => {
    const sheet = { data, position, name: data.name, visibility: "Visible", showGridlines: true, isNullObject: false, load() { return this; } };
    sheet.getRange = (address) => range(sheet, ...corners(address));
    sheet.getRangeByIndexes = (row, column, height, width) => range(sheet, row + 1, column + 1, row + height, column + width);
    sheet.getUsedRangeOrNullObject = () => range(sheet, 1, 1, Math.max(1, data.values.length), Math.max(1, ...data.values.map((r) => r.length)));
    sheet.pageLayout = { getPrintAreaOrNullObject: () => none };
    sheet.names = list([]); sheet.charts = list([]); sheet.shapes = list([]);
    data.formats ??= {};
    sheet.activate = () => { };
    sheet.protection = { load() { return this; }, protected: Boolean(data.protected) };
    sheet.tables = list(data.tables.map((table) => ({
      get name() { return table.name; }, set name(text) { table.name = text; },
      showHeaders: true, showTotals: Boolean(table.show_totals), style: "", columns: list([]), load() { return this; },
      getTotalRowRange: () => sheet.getRange(table.total_row_range_address),
      getRange: () => sheet.getRange(table.range_address),
      getDataBodyRange: () => sheet.getRange(table.data_body_range_address),
      getHeaderRowRange: () => sheet.getRange(table.header_row_range_address),
      resize: (address) => { table.range_address = address.replaceAll("$", "").split("!").pop(); },
    })));
    sheet.tables.add = (address, headers) => {
      const [top, left, bottom, right] = corners(address);
      const cells = (first, last) => `${letters(left)}${first}:${letters(right)}${last}`;
      const made = { name: `Table${data.tables.length + 1}`, range_address: cells(top, bottom), header_row_range_address: cells(top, top), data_body_range_address: cells(top + 1, bottom), show_headers: headers };
      data.tables.push(made);
      return { set name(text) { made.name = text; }, set style(_) { } };
    };
    return sheet;
  };
  const context = () => {
    const sheets = globalThis.grid.sheets.map(sheetOf);
    const worksheets = list(sheets);
    worksheets.add = (name) => {
      if (globalThis.grid.book.protected) refused("the structure of the workbook is protected");
      if (globalThis.grid.sheets.some((known) => same(known.name, name)) || name.length > 31) throw new Error(`no sheet can be named ${name}`);
      const data = { name, values: [[""]], tables: [], formats: {}, pictures: [], visible: true };
      globalThis.grid.sheets.push(data);
      const sheet = sheetOf(data, sheets.length);
      sheets.push(sheet);
      return Object.defineProperty(sheet, "position", {
        get: () => sheets.indexOf(sheet),
        set: (place) => { for (const all of [sheets, globalThis.grid.sheets]) all.splice(place, 0, ...all.splice(all.findIndex((one) => one.name === name), 1)); },
      });
    };
    worksheets.getActiveWorksheet = () => sheets[globalThis.grid.book.active_sheet_index];
    const names = globalThis.grid.names.map((n) => ({
      name: n.name, type: "Range", formula: n.refers_to, getRangeOrNullObject: () => sheets[n.sheet_index].getRange(n.address),
    }));
    return {
      sync: async () => { },
      workbook: {
        name: globalThis.grid.book.name, worksheets, names: list(names), load() { return this; },
        application: { calculationMode: "Automatic", load() { return this; }, calculate() { globalThis.grid.calculated += 1; } },
        protection: { load() { return this; }, protected: Boolean(globalThis.grid.book.protected) },
        getSelectedRange: () => sheets[0].getRange("A1"),
      },
    };
  };
  globalThis.Office = {
    onReady: async (then) => { await ready; const info = { host: "Excel", platform: "PC" }; if (then) await then(info); return info; },
    context: {
      requirements: { isSetSupported: () => false }, platform: "PC",
      ui: { displayDialogAsync: (url) => { globalThis.alerted = new URL(url).searchParams.get("prompt"); } },
    },
    actions: { associate() { } }, AsyncResultStatus: {}, EventType: {},
  };
  globalThis.Excel = { CalculationType: { full: "Full", recalculate: "Recalculate" }, run: async (then) => { await ready; return then(context()); }, RequestContext: class { }, ShapeType: { image: "Image" } };
  globalThis.CustomFunctions = { associate() { }, Error: class extends Error { }, ErrorCode: {} };
})();
