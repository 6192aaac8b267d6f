import type { MessageSubscriber } from '@coursepay/core/ports'

/** A reader of ours that counts what it is handed. */
export interface CountedReader {
  /** Resolves once this many different messages have come. */
  reaches(count: number): Promise<void>
  /** Different messages so far. */
  different(): number
  /** How many came that had come before. */
  again(): number
  /** The longest time without a new message since it was asked last, in ms. */
  maxPauseMs(): number
}

export async function countedReader(subscriber: MessageSubscriber, queue: string): Promise<CountedReader> {
  const seen = new Set<string>()
  const waiting = new Map<number, () => void>()
  let read = 0
  let pause = 0
  let last = performance.now()
  await subscriber.subscribe(queue, async ({ id }) => {
    read += 1
    if (seen.has(id)) return
    seen.add(id)
    const now = performance.now()
    pause = Math.max(pause, now - last)
    last = now
    waiting.get(seen.size)?.()
  })
  return {
    async reaches(count) {
      if (seen.size < count) await new Promise<void>((resolve) => waiting.set(count, resolve))
    },
    different: () => seen.size,
    again: () => read - seen.size,
    maxPauseMs() {
      const longest = Math.round(pause)
      pause = 0
      last = performance.now()
      return longest
    },
  }
}
