import type { Clock } from './ports/clock.js'

export interface RateLimiter {
  /** True when one more call is allowed now. */
  tryAcquire(): boolean
}

/** A token bucket: `perSecond` calls on average, and `burst` at once after a quiet time. One for each process. */
export function tokenBucket(perSecond: number, burst: number, clock: Clock): RateLimiter {
  let tokens = burst
  let countedAt = clock.now()
  return {
    tryAcquire() {
      const now = clock.now()
      // A clock that steps back earns nothing, and loses nothing.
      tokens = Math.min(burst, tokens + (Math.max(0, now - countedAt) / 1_000) * perSecond)
      countedAt = now
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}
