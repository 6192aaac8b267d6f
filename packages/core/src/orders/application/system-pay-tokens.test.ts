import { describe, expect, it } from 'vitest'
import { systemPayTokens } from './system-pay-tokens.js'

describe('the pay tokens of a running system', () => {
  it('are 128 bits each, fit for an address, and never the same, also when the bytes that are kept have run out', () => {
    const tokens = Array.from({ length: 1_000 }, () => systemPayTokens.nextToken())
    expect(new Set(tokens).size).toBe(1_000)
    for (const token of tokens) expect(token).toMatch(/^[\w-]{21}[AQgw]$/)
  })

  it('use every bit: no place of a token has less than half of the letters', () => {
    const tokens = Array.from({ length: 2_000 }, () => systemPayTokens.nextToken())
    for (let place = 0; place < 21; place += 1) {
      expect(new Set(tokens.map((token) => token[place])).size).toBeGreaterThan(32)
    }
  })
})
