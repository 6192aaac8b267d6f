import type { Scheduler } from '@coursepay/core/ports'
import { withTimeout } from './timeouts.js'

/** Lets the handlers of one session run side by side, or one of them alone. */
export interface WorkGate {
  /** Waits while another one is alone. */
  runShared(work: () => Promise<void>): Promise<void>
  /** Waits until the others are done; they wait until this one is. */
  runAlone(work: () => Promise<void>): Promise<void>
}

/** What takes longer keeps nobody waiting: a handler that hangs must not stop its consumer. */
const MAX_ALONE_MS = 5_000

/** The work never rejects. */
export function createWorkGate(scheduler: Scheduler): WorkGate {
  const running = new Set<Promise<void>>()
  /** Resolves when the last one that wants to be alone has been. */
  let alone: Promise<void> | null = null
  async function run(work: () => Promise<void>): Promise<void> {
    const done = work().finally(() => running.delete(done))
    running.add(done)
    await done
  }
  const atMost = (promise: Promise<unknown>) =>
    withTimeout(scheduler, MAX_ALONE_MS, 'Waiting for handlers', promise).catch(() => {})
  return {
    async runShared(work) {
      while (alone !== null) await alone
      await run(work)
    },
    async runAlone(work) {
      const before = alone
      const { promise, resolve } = Promise.withResolvers<void>()
      alone = promise
      await before
      await atMost(Promise.all(running))
      const done = run(work)
      await atMost(done)
      if (alone === promise) alone = null
      resolve()
      await done
    },
  }
}
