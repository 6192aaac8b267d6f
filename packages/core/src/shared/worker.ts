import type { Scheduler } from './ports/clock.js'

/** A job that runs now and then, and at once when woken. Rounds of one worker never overlap. */
export interface Worker {
  start(): void
  /** Runs a round now, or once more after the one that runs. Does nothing before `start` or after `stop`. */
  wake(): void
  /** Resolves when the round that runs is over; no other begins. */
  stop(): Promise<void>
}

export interface WorkerJob {
  /** One round. `more`: the next one is to come at once. */
  runOnce(): Promise<{ readonly more: boolean }>
  /** Time between two rounds when there is nothing to do, in ms. */
  readonly intervalMs: number
  /** Told when a round fails; the next one comes at its time. */
  onError(error: unknown): void
}

export function createWorker(job: WorkerJob, scheduler: Scheduler): Worker {
  let running: Promise<void> | null = null
  let woken = false
  let stopped = true
  let cancel = () => {}

  const round = async (): Promise<void> => {
    do {
      woken = false
      try {
        if ((await job.runOnce()).more) woken = true
      } catch (error) {
        woken = false
        job.onError(error)
      }
    } while (woken && !stopped)
  }
  const begin = (): void => {
    cancel()
    running = round().finally(() => {
      running = null
      if (!stopped) cancel = scheduler.schedule(job.intervalMs, begin)
    })
  }
  return {
    start() {
      if (!stopped) return
      stopped = false
      begin()
    },
    wake() {
      woken = true
      if (!stopped && running === null) begin()
    },
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}
