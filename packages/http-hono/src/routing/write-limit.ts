import { type Clock, tokenBucket, type UserId } from '@coursepay/core'
import type { MiddlewareHandler } from 'hono'
import { TransportError } from '../problem/transport-error.js'
import type { Env } from './router.js'

/** How much one user may write. */
export interface WriteLimit {
  /** `WRITE_RATE`: on average. */
  readonly perSecond: number
  /** `WRITE_BURST`: at once, after a quiet time. */
  readonly burst: number
}

export const defaultWriteLimit: WriteLimit = { perSecond: 20, burst: 200 }

export type WriteLimiter = MiddlewareHandler<Env>

/** For a program that measures what one process can do. */
export const noWriteLimit: WriteLimiter = (_, next) => next()

/** So many users have a bucket; then the one that was not used for longest goes. A forgotten bucket was full again by then. */
const MAX_USERS = 10_000

/** Middleware behind authentication: a user who writes too much is answered `too_many_requests`. */
export function writeLimit({ perSecond, burst }: WriteLimit, clock: Clock): WriteLimiter {
  const buckets = new Map<UserId, ReturnType<typeof tokenBucket>>()
  return async (c, next) => {
    const { userId } = c.get('caller')
    const bucket = buckets.get(userId) ?? tokenBucket(perSecond, burst, clock)
    buckets.delete(userId)
    buckets.set(userId, bucket)
    const [oldest] = buckets.keys()
    if (buckets.size > MAX_USERS && oldest !== undefined) buckets.delete(oldest)
    if (!bucket.tryAcquire()) {
      throw new TransportError('too_many_requests', `One user writes at most ${perSecond} times a second.`)
    }
    await next()
  }
}
