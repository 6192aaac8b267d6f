import { CheckoutError } from '@coursepay/core'
import { Batcher, type BatchItem } from '../writer/batcher.js'
import type { InFlightCalls } from './in-flight-calls.js'
import type { RetryPolicy } from './retry-policy.js'
import type { ReadSession } from './session.js'

/**
 * `batchReads`: a statement costs more than its rows. On a server that is the round trip; on SQLite, the way through
 * code and pages that other work has driven out of the processor's caches. `lookups` knows what waits for its batch.
 */
export const createReadBatcher =
  (lookups: InFlightCalls, retry: RetryPolicy, timedOutSentence: string): ReadSession['batchReads'] =>
  <Key, Result>(read: (keys: readonly Key[]) => Promise<readonly Result[]>): ((key: Key) => Promise<Result>) => {
    const batcher = new Batcher<{ readonly key: Key }, Result>({
      ...{ ...retry, maxInFlight: 4, maxItems: 64, timedOut: () => timedOutSentence },
      write: readForAll,
    })
    async function readForAll(waiting: readonly BatchItem<{ readonly key: Key }, Result>[]): Promise<[]> {
      try {
        const results = await read(waiting.map(({ key }) => key))
        for (const [index, { resolve }] of waiting.entries()) resolve(results[index] as Result)
      } catch (error) {
        // An error of the database concerns them all; a row that makes no sense, the one that asked for it.
        if (waiting.length === 1 || CheckoutError.isInstance(error)) throw error
        await Promise.all(waiting.map((each) => readForAll([each]).catch(each.reject)))
      }
      return []
    }
    return (key) => lookups.run(() => batcher.run({ key }))
  }
