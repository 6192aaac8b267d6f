import type { Clock } from './ports/clock.js'

export interface RateLimiter {
  /** True when one more call is allowed now. */
  tryAcquire(): boolean
  /** True when a call would be refused now. It uses up nothing. */
  isExhausted(): boolean
}

/** A token bucket: `perSecond` calls on average, and `burst` at once after a quiet time. One for each process. */
export function createTokenBucket(perSecond: number, burst: number, clock: Clock): RateLimiter {
  let tokens = burst
  let countedAt = clock.now()
  const isExhausted = () => {
    const now = clock.now()
    // A clock that steps back earns nothing, and loses nothing.
    tokens = Math.min(burst, tokens + (Math.max(0, now - countedAt) / 1_000) * perSecond)
    countedAt = now
    return tokens < 1
  }
  return {
    isExhausted,
    tryAcquire() {
      if (isExhausted()) return false
      tokens -= 1
      return true
    },
  }
}
