import { CheckoutError } from '@coursepay/core'
import { Batcher, type BatchItem } from '../writer/batcher.js'
import type { InFlightCalls } from './in-flight-calls.js'
import type { RetryPolicy } from './retry-policy.js'
import type { ReadSession } from './session.js'
import { malformedRowError } from './store-errors.js'

/**
 * `batchReads`: a statement costs more than its rows. On a server that is the round trip; on SQLite, the way through
 * code and pages that other work has driven out of the processor's caches. `lookups` knows what waits for its batch.
 */
export const createReadBatcher =
  (lookups: InFlightCalls, retry: RetryPolicy, timedOutSentence: string): ReadSession['batchReads'] =>
  <Key, Result>(read: (keys: readonly Key[]) => Promise<readonly Result[]>): ((key: Key) => Promise<Result>) => {
    const batcher = new Batcher<{ readonly key: Key }, Result>({
      ...{ ...retry, maxInFlight: 4, maxItems: 64, timedOut: () => timedOutSentence },
      write: (waiting) => readForAll(read, waiting),
    })
    return (key) => lookups.run(() => batcher.run({ key }))
  }

type Lookup<Key, Result> = BatchItem<{ readonly key: Key }, Result>

/** An error of the database concerns all look-ups; a row that makes no sense, the one that asked for it. */
async function readForAll<Key, Result>(
  read: (keys: readonly Key[]) => Promise<readonly Result[]>,
  lookups: readonly Lookup<Key, Result>[],
): Promise<[]> {
  try {
    const results = await read(lookups.map(({ key }) => key))
    for (const [index, { resolve }] of lookups.entries()) resolve(results[index] as Result)
  } catch (error) {
    if (CheckoutError.isInstance(error)) throw error
    if (lookups.length === 1) throw malformedRowError(error)
    for (const each of lookups) await readForAll(read, [each]).catch(each.reject)
  }
  return []
}
