import { type Scheduler, systemScheduler } from '@coursepay/core'

/** A scheduler whose time passes so many times as fast as ours. */
export const fastScheduler = (times: number): Scheduler => ({
  schedule: (delayMs, task) => systemScheduler.schedule(delayMs / times, task),
})
