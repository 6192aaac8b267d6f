/**
 * The cells of a line, in every way in which it can be meant: Alipay quotes nothing, but a line with quotes may be one that a
 * spreadsheet has saved (RFC 4180). Each cell is without the blanks and tabs around it.
 */
export function waysToSplit(line: string): readonly (readonly string[])[] {
  const plain = line.split(',').map((cell) => cell.trim())
  const quoted = line.includes('"') ? splitQuoted(line) : null
  return quoted === null ? [plain] : [plain, quoted]
}

const CELL = /\s*(?:"((?:[^"]|"")*)"\s*|([^,"]*))(,|$)/y

/** Null when the line is not of that form. */
function splitQuoted(line: string): string[] | null {
  const cells: string[] = []
  for (CELL.lastIndex = 0; ; ) {
    const match = CELL.exec(line)
    if (match === null) return null
    cells.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? '').trim())
    if (match[3] === '') return cells
  }
}
