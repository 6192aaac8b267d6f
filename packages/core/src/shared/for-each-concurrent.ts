/**
 * Works on each of `all`, on `maxConcurrent` of them at once. A failure is thrown when nothing is in work any more;
 * then some may be left.
 */
export async function forEachConcurrent<Item>(
  all: readonly Item[],
  maxConcurrent: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = all.values()
  let failed = false
  async function workOn(): Promise<void> {
    for (const item of left) {
      if (failed) return
      await work(item).catch((error: unknown) => {
        failed = true
        throw error
      })
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(maxConcurrent, all.length) }, workOn))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
