import type { BenchmarkResult } from '../harness/benchmark.js'

const [WIDTH, ROW, LEFT, TOP] = [860, 26, 520, 44]
const AIM = 60
const MAX_BAR_WIDTH = 250

/** `≥ 0.7 ×` as 0.7 and the direction; null when there is none. */
function aimOf({ aim }: BenchmarkResult): { readonly value: number; readonly atLeast: boolean } | null {
  const [, sign, value] = /([≥≤<]) ?([\d.]+)/.exec(aim) ?? []
  return value === undefined ? null : { value: Number(value), atLeast: sign === '≥' }
}

/** How much of its aim each row reaches: a bar up to the line meets it, whichever way the aim points. */
export function aimsSvg(results: readonly BenchmarkResult[]): string {
  const rows = results.flatMap((result) => {
    const aim = aimOf(result)
    if (aim === null) return []
    const { median } = result.value
    return [{ result, reached: aim.atLeast ? median / aim.value : aim.value / median }]
  })
  const height = TOP + rows.length * ROW + 12
  const bars = rows.map(({ result, reached }, index) => {
    const y = TOP + index * ROW
    const width = Math.min(MAX_BAR_WIDTH, reached * AIM)
    const name = result.scenario.replaceAll('`', '').replaceAll('<', '&lt;').slice(0, 84)
    return [
      `<text x="${LEFT - 8}" y="${y + 15}" text-anchor="end">${name}</text>`,
      `<rect x="${LEFT}" y="${y + 4}" width="${width.toFixed(1)}" height="14" fill="${result.met ? '#15803d' : '#c2410c'}"/>`,
      `<text x="${LEFT + width + 6}" y="${y + 15}">${reached.toFixed(2)}</text>`,
    ].join('')
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    '<title>Share of its aim that each row reaches</title>',
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    '<text x="12" y="20" font-size="14">Share of its aim that each row reaches (1 is the aim, green is met)</text>',
    ...bars,
    `<path stroke="#111" stroke-dasharray="4 3" d="M${LEFT + AIM} ${TOP - 6}V${height - 6}"/>`,
    '</svg>\n',
  ].join('\n')
}
