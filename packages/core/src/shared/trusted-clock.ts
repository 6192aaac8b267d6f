import type { Clock, EpochMs, ReferenceClock } from './ports/clock.js'
import { monotonicNowMs, systemClock } from './system-time.js'

export interface TrustedClockOptions {
  readonly clock?: Clock
  /** A count of ms that nobody sets. */
  readonly elapsedMs?: () => number
  /** Of the database server: it decides where there is one. Null where the database has no clock of its own. */
  readonly database?: () => ReferenceClock | null
  /** Others that are asked when a clock has jumped. */
  readonly references?: readonly ReferenceClock[]
}

/** Clocks within a minute of each other agree. */
const MAX_DIFFERENCE_MS = 60_000

const clocksAgree = (one: EpochMs, other: EpochMs) => Math.abs(one - other) <= MAX_DIFFERENCE_MS

/**
 * A time of day that does not jump. It counts on from the time that was agreed upon: a clock that jumps by more than a
 * minute is adopted once a second one says the same. The database's clock goes before this machine's.
 */
export function createTrustedClock(options: TrustedClockOptions = {}): Required<Clock> {
  const { clock = systemClock, elapsedMs: elapsed = monotonicNowMs, database = () => null, references = [] } = options
  let agreedAhead = clock.now() - elapsed()
  let hasReadDatabase = false
  const expected = () => elapsed() + agreedAhead
  const adopt = (time: EpochMs) => {
    agreedAhead = time - elapsed()
  }

  async function isConfirmed(time: EpochMs): Promise<boolean> {
    if (clocksAgree(time, expected())) return true
    const others = await Promise.all(references.map((reference) => reference.read()))
    return others.some((other) => other !== null && clocksAgree(time, other))
  }

  return {
    now() {
      const time = clock.now()
      if (!hasReadDatabase && clocksAgree(time, expected())) adopt(time)
      return Math.floor(expected())
    },
    async verify() {
      const ofDatabase = (await database()?.read()) ?? null
      const ofMachine = clock.now()
      const time = ofDatabase ?? ofMachine
      const isKnown = ofDatabase !== null && (!hasReadDatabase || clocksAgree(ofDatabase, ofMachine))
      hasReadDatabase ||= ofDatabase !== null
      if (!isKnown && !(await isConfirmed(time))) return false
      adopt(time)
      return true
    },
  }
}
