// Stands in for office.js: a grid in memory, loaded from /workbook.json and open to the test as
// globalThis.grid. Everything else in the page is the genuine client.
(() => {
  const letters = (n) => (n > 0 ? letters(Math.floor((n - 1) / 26)) + String.fromCharCode(65 + ((n - 1) % 26)) : "");
  const number = (text) => [...text].reduce((sum, c) => sum * 26 + c.charCodeAt(0) - 64, 0);
  const corners = (address) => {
    const [a, b] = address.replaceAll("$", "").split("!").pop().split(":");
    const spot = (text) => { const m = /([A-Z]+)(\d+)/.exec(text); return [Number(m[2]), number(m[1])]; };
    return [...spot(a), ...spot(b || a)];
  };
  const ready = fetch("/workbook.json").then((r) => r.json()).then((data) => { globalThis.grid = data; });
  const none = { isNullObject: true, load() { return this; } };
  const list = (items) => ({ items, load() { return this; }, getItemOrNullObject: (name) => items.find((i) => i.name === name) || none });
  const range = (sheet, top, left, bottom, right) => ({
    isNullObject: false, load() { return this; }, worksheet: { load() { return { position: sheet.position }; } },
    address: `${sheet.name}!${letters(left)}${top}:${letters(right)}${bottom}`,
    rowCount: bottom - top + 1, columnCount: right - left + 1,
    get values() {
      return Array.from({ length: bottom - top + 1 }, (_, y) => Array.from({ length: right - left + 1 }, (_, x) => sheet.data.values[top - 1 + y]?.[left - 1 + x] ?? ""));
    },
    set values(rows) {
      rows.forEach((row, y) => row.forEach((cell, x) => { (sheet.data.values[top - 1 + y] ??= [])[left - 1 + x] = cell; }));
      sheet.data.written = (sheet.data.written || 0) + 1;
    },
    get numberFormat() { return this.values.map((row) => row.map(() => "General")); },
    set numberFormat(_) { },
    getSurroundingRegion() { return this; },
  });
  const sheetOf = (data, position) => {
    const sheet = { data, position, name: data.name, visibility: "Visible", showGridlines: true, isNullObject: false, load() { return this; } };
    sheet.getRange = (address) => range(sheet, ...corners(address));
    sheet.getRangeByIndexes = (row, column, height, width) => range(sheet, row + 1, column + 1, row + height, column + width);
    sheet.getUsedRangeOrNullObject = () => range(sheet, 1, 1, Math.max(1, data.values.length), Math.max(1, ...data.values.map((r) => r.length)));
    sheet.pageLayout = { getPrintAreaOrNullObject: () => none };
    sheet.names = list([]); sheet.charts = list([]); sheet.shapes = list([]);
    sheet.activate = () => { };
    sheet.tables = list(data.tables.map((table) => ({
      name: table.name, showHeaders: true, showTotals: false, style: "", columns: list([]), load() { return this; },
      getRange: () => sheet.getRange(table.range_address),
      getDataBodyRange: () => sheet.getRange(table.data_body_range_address),
      getHeaderRowRange: () => sheet.getRange(table.header_row_range_address),
      resize: (address) => { table.range_address = address.replaceAll("$", ""); },
    })));
    return sheet;
  };
  const context = () => {
    const sheets = globalThis.grid.sheets.map(sheetOf);
    const worksheets = list(sheets);
    worksheets.getActiveWorksheet = () => sheets[globalThis.grid.book.active_sheet_index];
    const names = globalThis.grid.names.map((n) => ({
      name: n.name, type: "Range", formula: n.refers_to, getRangeOrNullObject: () => sheets[n.sheet_index].getRange(n.address),
    }));
    return {
      sync: async () => { },
      workbook: {
        name: globalThis.grid.book.name, worksheets, names: list(names), load() { return this; },
        application: { calculationMode: "Automatic", load() { return this; } },
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
  globalThis.Excel = { run: async (then) => { await ready; return then(context()); }, RequestContext: class { }, ShapeType: { image: "Image" } };
  globalThis.CustomFunctions = { associate() { }, Error: class extends Error { }, ErrorCode: {} };
})();
