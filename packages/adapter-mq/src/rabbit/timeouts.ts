import type { Scheduler } from '@coursepay/core/ports'

/** Resolves after `ms`, or at once when the signal is given. */
export function waitUntilElapsedOrAborted(scheduler: Scheduler, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve()
    const finish = (): void => {
      cancel()
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const cancel = scheduler.schedule(ms, finish)
    signal?.addEventListener('abort', finish, { once: true })
  })
}

const DEFAULT_SLICE_COUNT = 4

/**
 * Runs the task after `ms` in which this process could read its sockets. A timer that was overdue fires before anything
 * is read: a process that was stopped meanwhile would take an answer that is there for one that never came. So the time
 * is counted in slices.
 */
export function scheduleAfterActiveTime(
  scheduler: Scheduler,
  ms: number,
  task: () => void,
  slices = DEFAULT_SLICE_COUNT,
): () => void {
  let remaining = slices
  let cancel = scheduler.schedule(ms / slices, tick)
  function tick(): void {
    remaining -= 1
    if (remaining === 0) task()
    else cancel = scheduler.schedule(ms / slices, tick)
  }
  return () => cancel()
}

/** An answer did not come in time; whatever it was asked of may be dead. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError'
}

/**
 * The promise's answer, or a `TimeLimitError` after `ms` that names what was late. amqplib's own promises may stay
 * pending for ever.
 */
export function withTimeout<Result>(
  scheduler: Scheduler,
  ms: number,
  operation: string,
  promise: Promise<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const cancel = scheduleAfterActiveTime(scheduler, ms, () =>
      reject(new TimeLimitError(`${operation} took longer than ${ms} ms`)),
    )
    promise.then(resolve, reject).finally(cancel)
  })
}

/** The promise's answer, or a rejection once the signal is given. */
export function raceWithAbort<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new Error('stopped'))
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
