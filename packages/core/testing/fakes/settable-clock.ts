import type { Clock, EpochMs, ReferenceClock } from '../../src/shared/ports/clock.js'

/** A clock that stands still until it is turned; it can be turned back too. */
export interface SettableClock extends Clock {
  set(now: EpochMs): void
  advance(ms: number): void
}

/** 2026-01-02T03:04:05.678Z: every part of the date is told apart. */
const SOME_DAY = 1_767_323_045_678

export function settableClock(start: EpochMs = SOME_DAY): SettableClock {
  let now = start
  return {
    now: () => now,
    set: (time) => {
      now = time
    },
    advance: (ms) => {
      now += ms
    },
  }
}

/** The clock of another machine, which shows the same time; null while it is cut off. */
export function referenceClockOf(clock: Clock): ReferenceClock & { cutOff(): void } {
  let isCutOff = false
  return {
    read: async () => (isCutOff ? null : clock.now()),
    cutOff: () => {
      isCutOff = true
    },
  }
}
