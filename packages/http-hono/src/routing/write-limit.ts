import { type Clock, tokenBucket, type UserId } from '@coursepay/core'
import { TransportError } from '../problem/transport-error.js'
import type { Guard } from './observe.js'

/** The write rate of one user. */
export interface WriteLimit {
  /** `WRITE_RATE`: on average. */
  readonly perSecond: number
  /** `WRITE_BURST`: at once, after a quiet time. */
  readonly burst: number
}

export const defaultWriteLimit: WriteLimit = { perSecond: 20, burst: 200 }

/** For benchmarks. */
export const noWriteLimit: Guard = () => {}

/** The number of buckets that are kept. The least recently used one is dropped. */
const MAX_USERS = 10_000

/** Runs behind the authentication. Throws `too_many_requests` for a user above the limit. */
export function writeLimit({ perSecond, burst }: WriteLimit, clock: Clock): Guard {
  const buckets = new Map<UserId, ReturnType<typeof tokenBucket>>()
  return (c) => {
    const { userId } = c.get('caller')
    const bucket = buckets.get(userId) ?? tokenBucket(perSecond, burst, clock)
    buckets.delete(userId)
    buckets.set(userId, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > MAX_USERS && oldest !== undefined) buckets.delete(oldest)
    if (!bucket.tryAcquire()) {
      throw new TransportError('too_many_requests', `One user writes at most ${perSecond} times a second.`)
    }
  }
}
