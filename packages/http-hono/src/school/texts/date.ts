import type { EpochMs } from '@coursepay/core'

/** Dates in the time of the platform's users, whatever the machine's time zone is. */
export function createDateFormatter(locale: string): (at: EpochMs) => string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'Asia/Shanghai' })
  return (at) => format.format(at)
}

/** The same with hours and minutes. */
export function createDateTimeFormatter(locale: string): (at: EpochMs) => string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'Asia/Shanghai' })
  return (at) => format.format(at)
}

export function createTimeOfDayFormatter(locale: string): (at: EpochMs) => string {
  const format = new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone: 'Asia/Shanghai', hourCycle: 'h23' })
  return (at) => format.format(at)
}
