const FORMULA = /^[=+\-@\t\r]/
const QUOTED = /[",\r\n]/

/** One line of RFC 4180. A cell that a spreadsheet would run as a formula gets a `'` in front. */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`

function csvCell(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text
  return QUOTED.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}

/** A tab behind an id keeps a spreadsheet from making a number of it, which would lose its last digits. */
export const csvId = (id: string | null): string => (id === null ? '' : `${id}\t`)
