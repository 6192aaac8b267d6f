import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { fen } from '../../src/shared/money.js'
import { stateDiagrams } from './diagram.js'
import { type Exploration, explore } from './explore.js'

const page = join(import.meta.dirname, '../../../../docs/life-of-a-payment.md')
const BLOCK = /(<!-- states: drawn by the exploration -->\n)[\s\S]*?(\n<!-- end of states -->)/

describe('every state of one order with two payments and three refunds', () => {
  let found: Exploration
  beforeAll(() => {
    // Two more refunds than three: settlement may open one for each payment.
    found = explore({ price: fen(3), maxPayments: 2, maxRefunds: 5 })
  }, 120_000)

  it('is visited', () => expect(found.states).toBeGreaterThan(200_000))

  it('keeps every rule', () => expect(found.violation).toBeNull())

  it('has an exit: a worker, an operator, the gateway or time leads to an end', () =>
    expect(found.deadEnds).toEqual([]))

  it('stands in the picture of docs/life-of-a-payment.md', () => {
    const text = readFileSync(page, 'utf8')
    const drawn = text.replace(BLOCK, (_, start: string, end: string) => `${start}\n${stateDiagrams(found)}\n${end}`)
    if (process.argv.includes('--update') || process.env.UPDATE_DIAGRAM === '1') writeFileSync(page, drawn)
    expect(BLOCK.test(text)).toBe(true)
    expect(text).toBe(drawn)
  })
})
