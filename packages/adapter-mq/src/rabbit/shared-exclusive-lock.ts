import type { Scheduler } from '@coursepay/core/ports'
import { withTimeout } from './timeouts.js'

/** Lets the handlers of one session run side by side, or one of them alone. */
export interface SharedExclusiveLock {
  /** Waits while another one is alone. */
  runShared(work: () => Promise<void>): Promise<void>
  /** Waits until the others are done; they wait until this one is. */
  runExclusive(work: () => Promise<void>): Promise<void>
}

/** What takes longer keeps nobody waiting: a handler that hangs must not stop its consumer. */
const MAX_LOCK_WAIT_MS = 5_000

/** The work never rejects. */
export function createSharedExclusiveLock(scheduler: Scheduler): SharedExclusiveLock {
  const running = new Set<Promise<void>>()
  /** Resolves when the last one that wants to be alone has been. */
  let exclusive: Promise<void> | null = null
  async function run(work: () => Promise<void>): Promise<void> {
    const done = work().finally(() => running.delete(done))
    running.add(done)
    await done
  }
  const waitBounded = (promise: Promise<unknown>) =>
    withTimeout(scheduler, MAX_LOCK_WAIT_MS, 'Waiting for handlers', promise).catch(() => {})
  return {
    async runShared(work) {
      while (exclusive !== null) await exclusive
      await run(work)
    },
    async runExclusive(work) {
      const previous = exclusive
      const { promise, resolve } = Promise.withResolvers<void>()
      exclusive = promise
      await previous
      await waitBounded(Promise.all(running))
      const done = run(work)
      await waitBounded(done)
      if (exclusive === promise) exclusive = null
      resolve()
      await done
    },
  }
}
