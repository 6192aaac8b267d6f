import type { Progress } from './progress.js'
import { type Spread, spreadOf } from './statistics.js'

/** What one short stretch of work came to: so many operations a second, or a time in ms. */
export interface Measurement {
  readonly figure: number
  /** Of each operation, in ms. */
  readonly latencies?: readonly number[]
}

/** One of the things that are measured beside each other. */
export interface Variant {
  readonly name: string
  run(): Promise<Measurement>
}

export interface Comparison {
  /** Ours divided by the baseline, round by round. */
  readonly ratio: Spread
  readonly ours: Spread
  readonly baseline: Spread
  /** Of all rounds of ours, in ms. */
  readonly latencies: readonly number[]
}

/**
 * Both sides in turn, in short slices, the first of a round changing places: a machine that is slow for a while is slow
 * for both. A round before them warms up and does not count; one round alone shows only that it runs, and needs none.
 */
export async function compare(
  ours: Variant,
  baseline: Variant,
  rounds: number,
  progress: Progress,
): Promise<Comparison> {
  const results: { readonly ours: Measurement; readonly baseline: Measurement }[] = []
  for (let round = rounds === 1 ? 1 : 0; round <= rounds; round += 1) {
    progress.step(`${ours.name} / ${baseline.name}: round ${round} of ${rounds}`)
    const first = round % 2 === 0 ? await ours.run() : null
    const base = await baseline.run()
    const own = first ?? (await ours.run())
    if (round > 0) results.push({ ours: own, baseline: base })
  }
  return {
    ratio: spreadOf(results.map((result) => result.ours.figure / result.baseline.figure)),
    ours: spreadOf(results.map((result) => result.ours.figure)),
    baseline: spreadOf(results.map((result) => result.baseline.figure)),
    latencies: results.flatMap((result) => result.ours.latencies ?? []),
  }
}
