import { describe, expect, it } from 'vitest'
import { beijingDayOf, beijingDaysBetween, readBeijingDay, spanOfDay } from './beijing-day.js'

const midnight = Date.UTC(2026, 10, 21, 16)

describe('a day in Beijing', () => {
  it.each(['2026-11-22', '2028-02-29', '1999-12-31'])('%s is a day', (text) => {
    expect(readBeijingDay(text)).toBe(text)
  })

  it.each(['2026-02-29', '2026-13-01', '2026-00-10', '26-11-22', '2026-1-2', '2026-11-22 ', 'yesterday', '', null, 7])(
    '%j is refused with a sentence that shows the form',
    (text) => {
      expect(() => readBeijingDay(text)).toThrow(/yyyy-MM-dd/)
    },
  )

  it('begins and ends at midnight in Beijing, which is 16:00 UTC', () => {
    expect(spanOfDay(readBeijingDay('2026-11-22'))).toEqual({ from: midnight, to: midnight + 86_400_000 })
  })

  it.each([
    [-1, '2026-11-21'],
    [0, '2026-11-22'],
    [86_399_999, '2026-11-22'],
    [86_400_000, '2026-11-23'],
  ])('a moment %i ms after midnight is of %s', (ms, day) => {
    expect(beijingDayOf(midnight + ms)).toBe(day)
  })

  it('a span of time touches each of its days, and lists the last ones when there are too many', () => {
    expect(beijingDaysBetween(midnight - 1, midnight, 9)).toEqual(['2026-11-21', '2026-11-22'])
    expect(beijingDaysBetween(midnight, midnight, 9)).toEqual(['2026-11-22'])
    expect(beijingDaysBetween(0, midnight, 3)).toEqual(['2026-11-20', '2026-11-21', '2026-11-22'])
  })
})
