import { systemScheduler } from '@coursepay/core/assembly'
import type { Scheduler } from '@coursepay/core/ports'

/** A scheduler whose time passes so many times as fast as ours. */
export const fastScheduler = (times: number): Scheduler => ({
  schedule: (delayMs, task) => systemScheduler.schedule(delayMs / times, task),
})
