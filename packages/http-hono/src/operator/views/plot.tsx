import type { EpochMs } from '@coursepay/core'
import { plotLines, type Series } from '../plot-lines.js'
import type { OperatorTexts } from '../texts/operator-texts.js'

interface PlotProps {
  readonly title: string
  readonly times: readonly EpochMs[]
  readonly series: readonly Series[]
  readonly texts: Pick<OperatorTexts, 'minutesAgo' | 'now'>
}

const PLOT_AREA = { width: 280, height: 90 }
const MINUTE_MS = 60_000

/** Figures over time. The picture is for the eye; the figures of now stand below it, for everyone. */
export function Plot({ title, times, series, texts }: PlotProps) {
  const { top, points } = plotLines(times, series, PLOT_AREA)
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
            <circle cx={PLOT_AREA.width} cy={lastY(line)} r="2.5" />
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

const lastY = (points: string) => points.slice(points.lastIndexOf(',') + 1) || PLOT_AREA.height
