import type { EpochMs } from '@coursepay/core'

const BEIJING_OFFSET_MS = 8 * 3_600_000

/** ISO 8601 with milliseconds and offset, in the time of the platform's users: `2026-11-23T17:04:07.123+08:00`. */
export function writeTime(at: EpochMs): string {
  return new Date(at + BEIJING_OFFSET_MS).toISOString().replace('Z', '+08:00')
}

export const writeTimeOrNull = (at: EpochMs | null): string | null => (at === null ? null : writeTime(at))
