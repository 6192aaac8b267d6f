/**
 * Up to the next power of two with the last one again, so that a few prepared statements serve every number of values.
 * None for none.
 */
export function padToPowerOfTwo<Value>(values: readonly Value[]): readonly Value[] {
  const places = 2 ** Math.ceil(Math.log2(values.length))
  return [...values, ...values.slice(-1).flatMap((last) => Array<Value>(places - values.length).fill(last))]
}
