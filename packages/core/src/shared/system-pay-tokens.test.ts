import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemPayTokens } from './system-pay-tokens.js'

const TIME_LETTERS = 5
const tokens = (count: number) => Array.from({ length: count }, () => systemPayTokens.nextToken())

describe('the pay tokens of a running system', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('are five letters of time and 128 bits each, fit for an address, and never the same, also when the bytes that are kept have run out', () => {
    const many = tokens(1_000)
    expect(new Set(many.map((token) => token.slice(TIME_LETTERS))).size).toBe(1_000)
    for (const token of many) expect(token).toMatch(/^[\w-]{26}[AQgw]$/)
  })

  it('use every bit: no place behind the time has less than half of the letters', () => {
    const many = tokens(2_000)
    for (let index = TIME_LETTERS; index < 26; index += 1) {
      expect(new Set(many.map((token) => token[index])).size).toBeGreaterThan(32)
    }
  })

  it('tokens of a later moment stand behind earlier ones where bytes are compared', () => {
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 25, 12) })
    const made: string[] = []
    for (const step of [0, 64, 64 * 63, 60_000, 3_600_000, 86_400_000]) {
      vi.advanceTimersByTime(step)
      made.push(systemPayTokens.nextToken())
    }
    expect(made.toSorted((one, other) => (one < other ? -1 : 1))).toEqual(made)
  })
})
