/** A longer line is no line of a bill. */
export const MAX_LINE_LENGTH = 8_192

/**
 * The cells of a line, in every way in which it can be meant: Alipay quotes nothing, but a line with quotes may be one
 * that a spreadsheet has saved (RFC 4180). Each cell is without the blanks and tabs around it. None for a line that is
 * too long.
 */
export function possibleSplits(line: string): readonly (readonly string[])[] {
  if (line.length > MAX_LINE_LENGTH) return []
  const plain = line.split(',').map((cell) => cell.trim())
  const quoted = line.includes('"') ? splitQuoted(line) : null
  return quoted === null ? [plain] : [plain, quoted]
}

/** Null when the line is not of that form. One pass, no pattern: names of goods may be long and hostile. */
function splitQuoted(line: string): string[] | null {
  const cells: string[] = []
  for (let at = 0; ; ) {
    const comma = indexOrEnd(line, ',', at)
    const plain = line.slice(at, comma).trim()
    if (!plain.includes('"')) {
      cells.push(plain)
      at = comma
    } else {
      const cell = readQuotedCell(line, at)
      if (cell === null) return null
      cells.push(cell.text)
      at = cell.end
    }
    if (at >= line.length) return cells
    at += 1
  }
}

/** A cell in quotes, where two quotes stand for one, and the comma or the end behind it. */
function readQuotedCell(line: string, start: number): { readonly text: string; readonly end: number } | null {
  const open = indexOrEnd(line, '"', start)
  if (line.slice(start, open).trim() !== '') return null
  let close = indexOrEnd(line, '"', open + 1)
  while (line[close + 1] === '"') close = indexOrEnd(line, '"', close + 2)
  const end = indexOrEnd(line, ',', close + 1)
  if (close >= line.length || line.slice(close + 1, end).trim() !== '') return null
  return {
    text: line
      .slice(open + 1, close)
      .replaceAll('""', '"')
      .trim(),
    end,
  }
}

function indexOrEnd(line: string, character: string, from: number): number {
  const at = line.indexOf(character, from)
  return at === -1 ? line.length : at
}
