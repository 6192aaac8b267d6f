import type { Clock } from '@coursepay/core'

/** Whether a consumer works, judged by what became of its messages. */
export interface ConsumerHealth {
  onHandled(): void
  hasHandledWithin(ms: number): boolean
  isPaused(): boolean
  /** False when there is no reason to pause: it is paused already, or other messages are handled. */
  tryPause(reason: string): boolean
  resume(): void
  /** Why it pauses, or paused a moment ago; null otherwise. */
  problem(): string | null
}

/** A consumer that paused a moment ago may well pause again with the next message. */
const RECENT_PAUSE_MS = 5_000
/** A consumer that has handled a message so lately works, although another message fails. */
const NO_PAUSE_AFTER_SUCCESS_MS = 1_000

export function createConsumerHealth(clock: Clock): ConsumerHealth {
  const now = (): number => clock.now()
  let lastHandledAt = Number.NEGATIVE_INFINITY
  let lastPause = { at: Number.NEGATIVE_INFINITY, reason: '' }
  let isPaused = false
  const hasHandledWithin = (ms: number): boolean => now() - lastHandledAt < ms
  return {
    hasHandledWithin,
    isPaused: () => isPaused,
    onHandled() {
      lastHandledAt = now()
    },
    tryPause(reason) {
      if (isPaused || hasHandledWithin(NO_PAUSE_AFTER_SUCCESS_MS)) return false
      isPaused = true
      lastPause = { at: now(), reason }
      return true
    },
    resume() {
      isPaused = false
    },
    problem: () => (isPaused || now() - lastPause.at < RECENT_PAUSE_MS ? `paused: ${lastPause.reason}` : null),
  }
}
