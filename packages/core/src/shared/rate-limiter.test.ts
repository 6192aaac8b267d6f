import { describe, expect, it } from 'vitest'
import { settableClock } from '../../testing/fakes/index.js'
import { createTokenBucket } from './rate-limiter.js'

const acquired = (limiter: { tryAcquire(): boolean }, calls = 100) =>
  Array.from({ length: calls }, () => limiter.tryAcquire()).filter(Boolean).length

describe('a token bucket', () => {
  it('allows a burst, and then so many calls a second', () => {
    const clock = settableClock()
    const limiter = createTokenBucket(10, 20, clock)
    expect(acquired(limiter)).toBe(20)
    clock.advance(99)
    expect(acquired(limiter)).toBe(0)
    clock.advance(1)
    expect(acquired(limiter)).toBe(1)
    clock.advance(1_000)
    expect(acquired(limiter)).toBe(10)
  })

  it('says whether it would refuse, and uses up nothing by that', () => {
    const clock = settableClock()
    const limiter = createTokenBucket(10, 2, clock)
    expect([limiter.isExhausted(), limiter.isExhausted(), acquired(limiter)]).toEqual([false, false, 2])
    expect(limiter.isExhausted()).toBe(true)
    clock.advance(100)
    expect([limiter.isExhausted(), acquired(limiter)]).toEqual([false, 1])
  })

  it('saves no more than a burst in a quiet time', () => {
    const clock = settableClock()
    const limiter = createTokenBucket(10, 20, clock)
    acquired(limiter)
    clock.advance(3_600_000)
    expect(acquired(limiter)).toBe(20)
  })

  it('earns nothing and loses nothing by a clock that steps back', () => {
    const clock = settableClock()
    const limiter = createTokenBucket(10, 20, clock)
    acquired(limiter, 15)
    clock.advance(-60_000)
    expect(acquired(limiter)).toBe(5)
    clock.advance(100)
    expect(acquired(limiter)).toBe(1)
  })
})
