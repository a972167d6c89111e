// Computes a workbook: JSON in (see tests/office/whole/hyperformula.py), the formula cells' values out.
// The settings are those of HyperFormula's guide "Compatibility with Microsoft Excel", without its
// smart rounding: that takes numbers for equal which differ in the fourteenth digit, as keys do.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const require = createRequire(`${process.argv[2]}/package.json`)
const { HyperFormula, DetailedCellError } = require('hyperformula')

const book = JSON.parse(readFileSync(0, 'utf8'))
const options = {
  licenseKey: 'gpl-v3',
  localeLang: 'en-US',
  accentSensitive: true,
  useArrayArithmetic: true,
  ignoreWhiteSpace: 'any',
  evaluateNullToZero: true,
  leapYear1900: true,
  nullDate: { year: 1899, month: 12, day: 31 },
  smartRounding: false,
}

const grids = {}
for (const [title, cells] of Object.entries(book.sheets)) {
  const grid = []
  for (const [row, column, raw] of cells) {
    while (grid.length < row) grid.push([])
    const line = grid[row - 1]
    while (line.length < column) line.push(null)
    line[column - 1] = raw
  }
  grids[title] = grid
}
const names = [{ name: 'TRUE', expression: '=TRUE()' }, { name: 'FALSE', expression: '=FALSE()' }]
const engine = HyperFormula.buildFromSheets(grids, options, names)

const values = []
for (const [title, cells] of Object.entries(book.sheets)) {
  const sheet = engine.getSheetId(title)
  for (const [row, column, raw] of cells) {
    if (typeof raw !== 'string' || !raw.startsWith('=')) continue
    const address = { sheet, row: row - 1, col: column - 1 }
    const value = engine.getCellValue(address)
    const ref = engine.simpleCellAddressToString(address, sheet)
    values.push([title, ref, value instanceof DetailedCellError ? { error: value.value, message: value.message } : value])
  }
}
process.stdout.write(JSON.stringify(values))
