import type { Tested } from './record.js'

const [BEGIN, END] = ['<!-- tested: npm run tested -->', '<!-- /tested -->']

/** A page with the table of what passed between its two marks. */
export function withTable(page: string, tested: Tested): string {
  const [before, rest] = splitAround(page, BEGIN)
  const [, after] = splitAround(rest, END)
  return `${before}${BEGIN}\n\n${tableOf(tested)}\n\n${END}${after}`
}

/** The servers that the page's table names. */
export function serversOf(page: string): string[] {
  const [, rest] = splitAround(page, BEGIN)
  const [head = ''] = rest.trimStart().split('\n')
  return head.split('|').flatMap((cell) => (/\d/.test(cell) ? [cell.trim()] : []))
}

function tableOf(tested: Tested): string {
  const rows = Object.entries(tested).toSorted(([one], [other]) => one.localeCompare(other))
  const servers = [...new Set(rows.flatMap(([, passed]) => Object.keys(passed)))].toSorted()
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    line(['tests', ...servers]),
    line(['---', ...servers.map(() => '---:')]),
    ...rows.map(([name, passed]) => line([`\`${name}\``, ...servers.map((server) => String(passed[server] ?? ''))])),
  ].join('\n')
}

function splitAround(text: string, mark: string): [before: string, after: string] {
  const index = text.indexOf(mark)
  if (index < 0) throw new Error(`The page has no mark ${mark}.`)
  return [text.slice(0, index), text.slice(index + mark.length)]
}
