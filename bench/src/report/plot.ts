import type { Plot, Series } from '../harness/benchmark.js'

const [WIDTH, HEIGHT] = [640, 320]
const MARGIN = { left: 64, right: 90, top: 36, bottom: 44 }
const COLOURS = ['#0b6bcb', '#c2410c', '#15803d', '#7c3aed']
const TICKS = 5

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const shortNumber = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value >= 1 ? value.toFixed(1) : value.toFixed(2)

interface Scale {
  readonly max: number
  at(value: number): number
}

const horizontalScale = (max: number): Scale => ({
  max,
  at: (value) => MARGIN.left + (value / max) * (WIDTH - MARGIN.left - MARGIN.right),
})

const verticalScale = (max: number): Scale => ({
  max,
  at: (value) => HEIGHT - MARGIN.bottom - (value / max) * (HEIGHT - MARGIN.top - MARGIN.bottom),
})

/** Lines over two axes that both begin at 0, as an SVG that needs nothing else. */
export function plotSvg({ title, x, y, series }: Plot): string {
  const points = series.flatMap((each) => each.points)
  const across = horizontalScale(Math.max(1, ...points.map(([value]) => value)))
  const up = verticalScale(Math.max(1, ...points.map(([, value]) => value)) * 1.05)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN.left}" y="20" font-size="14">${escapeXml(title)}</text>`,
    ...ticks(across).map(
      (value) =>
        `<text x="${across.at(value)}" y="${HEIGHT - MARGIN.bottom + 16}" text-anchor="middle">${shortNumber(value)}</text>`,
    ),
    ...ticks(up).map(
      (value) =>
        `<path stroke="#ddd" d="M${MARGIN.left} ${up.at(value)}H${WIDTH - MARGIN.right}"/><text x="${MARGIN.left - 6}" y="${up.at(value) + 4}" text-anchor="end">${shortNumber(value)}</text>`,
    ),
    `<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escapeXml(x)}</text>`,
    `<text x="14" y="${HEIGHT / 2}" text-anchor="middle" transform="rotate(-90 14 ${HEIGHT / 2})">${escapeXml(y)}</text>`,
    ...series.map((each, index) => line(each, COLOURS[index % COLOURS.length] ?? '#000', across, up)),
    '</svg>\n',
  ].join('\n')
}

const ticks = ({ max }: Scale) => Array.from({ length: TICKS }, (_, index) => (max * index) / (TICKS - 1))

function line({ name, points }: Series, colour: string, across: Scale, up: Scale): string {
  const at = points.map(([x, y]) => `${across.at(x).toFixed(1)} ${up.at(y).toFixed(1)}`)
  const [lastX, lastY] = points.at(-1) ?? [0, 0]
  return [
    `<path fill="none" stroke="${colour}" stroke-width="2" d="M${at.join('L')}"/>`,
    `<text x="${across.at(lastX) + 6}" y="${up.at(lastY) + 4}" fill="${colour}">${escapeXml(name)}</text>`,
  ].join('\n')
}
