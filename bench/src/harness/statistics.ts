/** The value below which the share `q` of the values lies, between two values in proportion; 0 for none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  const index = q * (sorted.length - 1)
  const below = sorted[Math.floor(index)] ?? 0
  const above = sorted[Math.ceil(index)] ?? 0
  return below + (above - below) * (index - Math.floor(index))
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** A middle with its spread over the rounds: the tenth and the ninetieth percentile. */
export interface Spread {
  readonly median: number
  readonly p10: number
  readonly p90: number
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  p10: quantile(values, 0.1),
  p90: quantile(values, 0.9),
})
