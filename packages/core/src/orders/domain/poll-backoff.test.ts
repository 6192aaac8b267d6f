import { describe, expect, it } from 'vitest'
import type { PayNo } from '../../shared/identifiers.js'
import { firstPollAfterPageOpened, nextPollByPaymentAge } from './poll-backoff.js'

const middle = '7000000000000000500' as PayNo

describe('the rhythm of questions about an unpaid attempt', () => {
  it.each([
    [0, 5_000],
    [5_000, 5_000],
    [10_000, 10_000],
    [20_000, 20_000],
    [60_000, 60_000],
    [3_600_000, 60_000],
  ])('a payment of %i ms is queried again after %i ms', (age, delay) => {
    expect(nextPollByPaymentAge(middle, 0, age) - age).toBe(delay)
  })

  it('two payments of one moment are queried up to a tenth earlier and later', () => {
    expect(nextPollByPaymentAge('7000000000000000000' as PayNo, 0, 60_000)).toBe(60_000 + 54_000)
    expect(nextPollByPaymentAge('7000000000000000999' as PayNo, 0, 60_000)).toBe(60_000 + 65_988)
  })

  it('begins some seconds after the page was opened', () => {
    expect(firstPollAfterPageOpened(1_000)).toBe(6_000)
  })
})
