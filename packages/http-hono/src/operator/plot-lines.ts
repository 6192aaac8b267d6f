import type { EpochMs } from '@coursepay/core'

/** One figure over time; `values` has one for each of the plot's times. */
export interface Series {
  readonly name: string
  readonly values: readonly number[]
}

export interface PlotArea {
  readonly width: number
  readonly height: number
}

export interface PlotLines {
  /** The figure at the upper edge: 1, 2 or 5 with zeros behind, at least 1. */
  readonly top: number
  /** SVG `points`, one text for each series. */
  readonly points: readonly string[]
}

/** Draws figures into an area, from 0 at its lower edge. A run of equal values is two points. */
export function plotLines(times: readonly EpochMs[], series: readonly Series[], area: PlotArea): PlotLines {
  const top = roundUpTop(Math.max(0, ...series.flatMap(({ values }) => values)))
  const [first = 0, last = first] = [times[0], times.at(-1)]
  const span = Math.max(1, last - first)
  const x = (at: EpochMs) => Math.round(((at - first) / span) * area.width)
  const y = (value: number) => Math.round((1 - value / top) * area.height * 10) / 10
  const pointsOf = ({ values }: Series) =>
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
