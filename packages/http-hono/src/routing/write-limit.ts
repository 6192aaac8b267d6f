import type { Clock, UserId } from '@coursepay/core'
import { systemClock } from '@coursepay/core/assembly'
import { createTokenBucket, type RateLimiter } from '@coursepay/core/ports'
import { TransportError } from '../problem/problem.js'

/** The write rate of one user. */
export interface WriteLimit {
  /** `WRITE_RATE`: on average. */
  readonly perSecond: number
  /** `WRITE_BURST`: at once, after a quiet time. */
  readonly burst: number
}

/** Counts a write of a user. Throws `too_many_requests` above the limit. */
export type WriteLimiter = (userId: UserId) => void

const DEFAULT_WRITE_LIMIT: WriteLimit = { perSecond: 20, burst: 200 }

/** The number of buckets that are kept. The least recently used one is dropped. */
const MAX_USERS = 10_000

/** One limiter serves the API and the pages of one process: a user has one bucket. */
export function createWriteLimiter(limit: WriteLimit = DEFAULT_WRITE_LIMIT, clock: Clock = systemClock): WriteLimiter {
  const { perSecond, burst } = limit
  const buckets = new Map<UserId, RateLimiter>()
  return (userId) => {
    const bucket = buckets.get(userId) ?? createTokenBucket(perSecond, burst, clock)
    buckets.delete(userId)
    buckets.set(userId, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > MAX_USERS && oldest !== undefined) buckets.delete(oldest)
    if (!bucket.tryAcquire()) {
      throw new TransportError('too_many_requests', `This user exceeds ${perSecond} writes a second. Retry later.`)
    }
  }
}

/** `limit`: absent for the default, null for none, as in benchmarks. */
export function writeLimiterOrUnlimited(
  limit: WriteLimit | WriteLimiter | null | undefined,
  clock: Clock,
): WriteLimiter {
  if (limit === null) return () => {}
  return typeof limit === 'function' ? limit : createWriteLimiter(limit, clock)
}
