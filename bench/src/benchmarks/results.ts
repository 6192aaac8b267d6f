import type { BenchmarkResult } from '../harness/benchmark.js'
import type { Comparison } from '../harness/compare.js'
import { quantile } from '../harness/statistics.js'

export const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`
export const ms = (value: number) => `${value.toFixed(value < 1 ? 3 : value < 10 ? 2 : 1)} ms`

export const latencyNote = (latencies: readonly number[]) =>
  `p50 ${ms(quantile(latencies, 0.5))}, p99 ${ms(quantile(latencies, 0.99))}, p99.9 ${ms(quantile(latencies, 0.999))}`

export interface RatioAim {
  readonly scenario: string
  readonly baseline: string
  /** At least this share of the baseline's speed. */
  readonly atLeast: number
}

/** A row whose figure is a speed divided by the baseline's. */
export function ratioResult(aim: RatioAim, comparison: Comparison, notes: readonly string[] = []): BenchmarkResult {
  const { ratio, ours, baseline, latencies } = comparison
  return {
    scenario: aim.scenario,
    baseline: aim.baseline,
    aim: `≥ ${aim.atLeast} ×`,
    value: ratio,
    unit: '×',
    met: ratio.median >= aim.atLeast,
    notes: [
      `${perSecond(ours.median)} beside ${perSecond(baseline.median)}`,
      ...(latencies.length === 0 ? [] : [latencyNote(latencies)]),
      ...notes,
    ],
  }
}
