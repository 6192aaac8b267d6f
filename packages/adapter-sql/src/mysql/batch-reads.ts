import type { RetryPolicy } from '../sql/retry-policy.js'
import { Batcher, type BatchItem } from '../writer/batcher.js'
import { unavailable } from './mysql-errors.js'

interface Question<Key, Result> extends BatchItem {
  readonly key: Key
  resolve(result: Result): void
}

/**
 * Reads keys that are asked for at the same time in one call: a look-up by a key costs its round trip more than its
 * rows.
 */
export function batchReads<Key, Result>(
  read: (keys: readonly Key[]) => Promise<readonly Result[]>,
  { scheduler, busyTimeoutMs }: RetryPolicy,
): (key: Key) => Promise<Result> {
  const batcher = new Batcher<Question<Key, Result>>({
    ...{ scheduler, maxInFlight: 4, maxItems: 64, maxBytes: Number.POSITIVE_INFINITY },
    async write(questions) {
      const results = await read(questions.map(({ key }) => key))
      for (const [index, { resolve }] of questions.entries()) resolve(results[index] as Result)
      return []
    },
    errors: {
      timedOut: () => unavailable('The database did not answer in time.'),
      closed: () => unavailable('Closed.'),
    },
  })
  return (key) =>
    new Promise((resolve, reject) => {
      const deadline = performance.now() + busyTimeoutMs
      batcher.add({ key, keys: [], bytes: 0, tries: 0, deadline, resolve, reject })
    })
}
