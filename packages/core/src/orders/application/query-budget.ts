import type { Clock } from '../../shared/ports/clock.js'

/** How many questions may go to the gateway, whoever asks them: Alipay limits an app's calls. */
export interface QueryBudget {
  /** True when one more may be asked now. */
  take(): boolean
}

/** So many questions a second on average, and as many at once after a quiet second. One for each process. */
export function queryBudget(perSecond: number, clock: Clock): QueryBudget {
  let left = perSecond
  let countedAt = clock.now()
  return {
    take() {
      const now = clock.now()
      // A clock that steps back earns nothing, and loses nothing.
      left = Math.min(perSecond, left + (Math.max(0, now - countedAt) / 1_000) * perSecond)
      countedAt = now
      if (left < 1) return false
      left -= 1
      return true
    },
  }
}
