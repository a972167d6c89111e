// Opens workbooks with ExcelJS or SheetJS, does edits in them and saves them; see writers.py.
// An op is a verb and its arguments, rows and columns from 1, as in sheets.py.
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')

const load = createRequire(`${process.argv[2]}/package.json`)
const jobs = JSON.parse(readFileSync(process.argv[3], 'utf8'))

const isFormula = (value) => typeof value === 'string' && value.startsWith('=')

const exceljs = {
  async open(path) {
    const { Workbook } = load('exceljs')
    const book = new Workbook()
    await book.xlsx.readFile(path)
    return book
  },
  save: (book, path) => book.xlsx.writeFile(path),
  set(book, sheet, row, column, value) {
    const cell = book.getWorksheet(sheet).getCell(row, column)
    cell.value = isFormula(value) ? { formula: value.slice(1) } : value
  },
  add_sheet(book, name, cells) {
    book.addWorksheet(name)
    for (const cell of cells) this.set(book, name, ...cell)
  },
  hide: (book, sheet, column) => { book.getWorksheet(sheet).getColumn(column).hidden = true },
  hide_row: (book, sheet, row) => { book.getWorksheet(sheet).getRow(row).hidden = true },
  width: (book, sheet, column, chars) => { book.getWorksheet(sheet).getColumn(column).width = chars },
  comment: (book, sheet, row, column, text) => {
    book.getWorksheet(sheet).getCell(row, column).note = text
  },
  link: (book, sheet, row, column, target) => {
    const cell = book.getWorksheet(sheet).getCell(row, column)
    cell.value = { text: String(cell.value ?? target), hyperlink: target }
  },
  merge: (book, sheet, area) => book.getWorksheet(sheet).mergeCells(area),
  define: (book, name, text) => book.definedNames.add(text, name),
  tab: (book, sheet, colour) => { book.getWorksheet(sheet).properties.tabColor = { argb: colour } },
  row_height: (book, sheet, row, points) => { book.getWorksheet(sheet).getRow(row).height = points },
  hide_sheet: (book, sheet, state) => { book.getWorksheet(sheet).state = state },
  validation: (book, sheet, area, listed) => {
    book.getWorksheet(sheet).dataValidations.add(area, { type: 'list', formulae: [`"${listed}"`] })
  },
}

const sheetjs = {
  open(path) {
    const options = { cellFormula: true, cellNF: true, cellStyles: true, bookVBA: true }
    return load('xlsx').readFile(path, options)
  },
  save: (book, path) => load('xlsx').writeFile(book, path, { cellStyles: true, compression: true }),
  set(book, sheet, row, column, value) {
    const { utils } = load('xlsx')
    const cells = book.Sheets[sheet]
    const address = utils.encode_cell({ r: row - 1, c: column - 1 })
    if (value === null) { delete cells[address]; return }
    if (isFormula(value)) cells[address] = { t: 'n', f: value.slice(1) }
    else cells[address] = { t: typeof value === 'number' ? 'n' : 's', v: value }
    const area = utils.decode_range(cells['!ref'])
    area.e.r = Math.max(area.e.r, row - 1)
    area.e.c = Math.max(area.e.c, column - 1)
    cells['!ref'] = utils.encode_range(area)
  },
  add_sheet(book, name, cells) {
    const { utils } = load('xlsx')
    utils.book_append_sheet(book, { '!ref': 'A1' }, name)
    for (const cell of cells) this.set(book, name, ...cell)
  },
  hide: (book, sheet, column) => {
    const columns = (book.Sheets[sheet]['!cols'] ||= [])
    columns[column - 1] = { ...columns[column - 1], hidden: true }
  },
  hide_row: (book, sheet, row) => {
    const rows = (book.Sheets[sheet]['!rows'] ||= [])
    rows[row - 1] = { ...rows[row - 1], hidden: true }
  },
  width: (book, sheet, column, chars) => {
    const columns = (book.Sheets[sheet]['!cols'] ||= [])
    columns[column - 1] = { wch: chars, width: chars }
  },
  comment: (book, sheet, row, column, text) => {
    const { utils } = load('xlsx')
    const cell = book.Sheets[sheet][utils.encode_cell({ r: row - 1, c: column - 1 })]
    if (cell) cell.c = [{ a: 'Somebody', t: text }]
  },
  link: (book, sheet, row, column, target) => {
    const { utils } = load('xlsx')
    const address = utils.encode_cell({ r: row - 1, c: column - 1 })
    const cell = (book.Sheets[sheet][address] ||= { t: 's', v: target })
    cell.l = { Target: target }
  },
  merge: (book, sheet, area) => {
    const cells = book.Sheets[sheet]
    ;(cells['!merges'] ||= []).push(load('xlsx').utils.decode_range(area))
  },
  define: (book, name, text) => {
    book.Workbook.Names.push({ Name: name, Ref: text })
  },
  hide_sheet: (book, sheet, state) => {
    const place = book.SheetNames.indexOf(sheet)
    book.Workbook.Sheets[place].Hidden = state === 'hidden' ? 1 : 2
  },
}

async function main() {
  for (const { program, source, target, ops } of jobs) {
    const writer = { exceljs, sheetjs }[program]
    const book = await writer.open(source)
    for (const [verb, ...given] of ops) writer[verb](book, ...given)
    await writer.save(book, target)
    console.log(`saved ${target}`)
  }
}

main().catch((fault) => { console.error(fault); process.exit(1) })
