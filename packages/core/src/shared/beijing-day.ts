import { CheckoutError } from './checkout-error.js'
import type { EpochMs } from './ports/clock.js'

/** A day in Beijing, `yyyy-MM-dd`: the day that Alipay's bills go by, wherever this runs. */
export type BeijingDay = string & { readonly __brand: 'BeijingDay' }

/** A stretch of time: `from` belongs to it, `to` does not. */
export interface TimeSpan {
  readonly from: EpochMs
  readonly to: EpochMs
}

export const DAY_MS = 86_400_000
/** UTC+8, without summer time since 1991. */
const BEIJING_OFFSET_MS = 8 * 3_600_000
const DAY_PATTERN = /^[12]\d{3}-\d{2}-\d{2}$/
const TIME_PATTERN = /^[12]\d{3}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** Reads a day. Throws `invalid_request` for anything but a day that exists (31 February does not). */
export function readBeijingDay(text: unknown): BeijingDay {
  const start = typeof text === 'string' && DAY_PATTERN.test(text) ? Date.parse(`${text}T00:00:00.000Z`) : Number.NaN
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== text) {
    throw new CheckoutError('invalid_request', 'A day must be written yyyy-MM-dd, such as 2026-11-22.')
  }
  return text as BeijingDay
}

export const beijingDayOf = (at: EpochMs): BeijingDay =>
  new Date(at + BEIJING_OFFSET_MS).toISOString().slice(0, 10) as BeijingDay

/** A moment as the wire has it: ISO 8601 in Beijing's offset, with milliseconds. */
export const writeBeijingIsoTime = (at: EpochMs): string =>
  new Date(at + BEIJING_OFFSET_MS).toISOString().replace('Z', '+08:00')

/** Reads ISO 8601 with any offset. Throws `invalid_request` for anything else. */
export function isoTimeToEpochMs(text: unknown): EpochMs {
  const at = typeof text === 'string' && TIME_PATTERN.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return at
  throw new CheckoutError(
    'invalid_request',
    'A time must be written as ISO 8601 with offset, such as 2026-11-22T10:00:00+08:00.',
  )
}

/** From its midnight to the next one. */
export function spanOfDay(day: BeijingDay): TimeSpan {
  const from = Date.parse(`${day}T00:00:00.000Z`) - BEIJING_OFFSET_MS
  return { from, to: from + DAY_MS }
}

/** Every day that the time from `first` to `last` touches, both included; the last `maxDays` of them. */
export function beijingDaysBetween(first: EpochMs, last: EpochMs, maxDays: number): BeijingDay[] {
  const days: BeijingDay[] = []
  let day = beijingDayOf(last)
  while (days.length < maxDays) {
    days.unshift(day)
    const { from } = spanOfDay(day)
    if (from <= first) break
    day = beijingDayOf(from - 1)
  }
  return days
}
