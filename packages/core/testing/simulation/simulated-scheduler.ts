import type { Scheduler } from '../../src/shared/ports/scheduler.js'
import type { PortCalls } from './port-calls.js'
import type { Life } from './turns.js'

/** A pause is over when its turn comes: how long it was meant to be is no matter. */
export const simulatedScheduler = (calls: PortCalls, life: Life): Scheduler => ({
  schedule(_delayMs, task) {
    let isCancelled = false
    void calls.wait(life).then(() => {
      if (!isCancelled) task()
    })
    return () => {
      isCancelled = true
    }
  },
})
