import type { EpochMs } from '@coursepay/core'
import type { OperatorTexts } from '../texts/operator-english.js'

/** One figure over time; `values` has one for each of the plot's times. */
interface PlotSeries {
  readonly name: string
  readonly values: readonly number[]
}

interface LinePlotProps {
  readonly title: string
  readonly times: readonly EpochMs[]
  readonly series: readonly PlotSeries[]
  readonly texts: Pick<OperatorTexts, 'minutesAgo' | 'now'>
}

const PLOT_AREA = { width: 280, height: 90 }
const MINUTE_MS = 60_000

/** Figures over time. The picture is for the eye; the figures of now stand below it, for everyone. */
export function LinePlot({ title, times, series, texts }: LinePlotProps) {
  const { top, points } = plotGeometryOf(times, series)
  const minutes = Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) / MINUTE_MS)
  return (
    <figure class="card plot">
      <figcaption>{title}</figcaption>
      <svg viewBox="-2 -10 314 122" aria-hidden="true">
        <path class="grid-line" d={`M0 0H${PLOT_AREA.width}M0 ${PLOT_AREA.height}H${PLOT_AREA.width}`} />
        <text x={PLOT_AREA.width + 5} y="4">
          {top}
        </text>
        <text x={PLOT_AREA.width + 5} y={PLOT_AREA.height + 4}>
          0
        </text>
        <text y={PLOT_AREA.height + 17}>{minutes > 0 ? texts.minutesAgo(minutes) : ''}</text>
        <text x={PLOT_AREA.width} y={PLOT_AREA.height + 17} text-anchor="end">
          {texts.now}
        </text>
        {points.map((line, index) => (
          <g class={`line line-${index + 1}`}>
            <polyline points={line} />
            <circle cx={PLOT_AREA.width} cy={lastPointY(line)} r="2.5" />
          </g>
        ))}
      </svg>
      <ul class="legend">
        {series.map(({ name, values }, index) => (
          <li>
            <svg viewBox="0 0 24 10" aria-hidden="true" class={`line line-${index + 1}`}>
              <path d="M0 5H24" />
            </svg>
            {name} <strong>{values.at(-1) ?? 0}</strong>
          </li>
        ))}
      </ul>
    </figure>
  )
}

const lastPointY = (points: string) => points.slice(points.lastIndexOf(',') + 1) || PLOT_AREA.height

interface PlotGeometry {
  /** The figure at the upper edge: 1, 2 or 5 with zeros behind, at least 1. */
  readonly top: number
  /** SVG `points`, one text for each series. */
  readonly points: readonly string[]
}

/** Draws figures into `PLOT_AREA`, from 0 at its lower edge. A run of equal values is two points. */
function plotGeometryOf(times: readonly EpochMs[], series: readonly PlotSeries[]): PlotGeometry {
  const top = roundUpTop(Math.max(0, ...series.flatMap(({ values }) => values)))
  const [first = 0, last = first] = [times[0], times.at(-1)]
  const span = Math.max(1, last - first)
  const x = (at: EpochMs) => Math.round(((at - first) / span) * PLOT_AREA.width)
  const y = (value: number) => Math.round((1 - value / top) * PLOT_AREA.height * 10) / 10
  const pointsOf = ({ values }: PlotSeries) =>
    values
      .flatMap((value, index) => {
        const flat = values[index - 1] === value && values[index + 1] === value
        return flat ? [] : [`${x(times[index] ?? last)},${y(value)}`]
      })
      .join(' ')
  return { top, points: series.map(pointsOf) }
}

function roundUpTop(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, highest)))
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= highest) ?? highest
}
