import { CheckoutError, type Clock } from '@coursepay/core'
import {
  createWorker,
  defaultRetentionDays,
  deleteExpiredBatches,
  type RetentionDays,
  systemClock,
} from '@coursepay/core/assembly'
import type { Retention, Scheduler } from '@coursepay/core/ports'

export interface RetentionOptions {
  readonly retentionDays?: Partial<RetentionDays>
  readonly onWarning?: (sentence: string) => void
  readonly clock?: Clock
  readonly scheduler?: Scheduler
}

export const warnProcess = (sentence: string): void => process.emitWarning(sentence, { code: 'COURSEPAY_DATABASE' })

const RETENTION_INTERVAL_MS = 60_000

/** Keeps no process alive. */
const backgroundScheduler: Scheduler = {
  schedule(delayMs, task) {
    const timer = setTimeout(task, delayMs).unref()
    return () => clearTimeout(timer)
  },
}

/** Deletes what is older than its days, from now on. Outcome: what ends it. */
export function startRetention(retention: Retention, options: RetentionOptions): () => Promise<void> {
  const { clock = systemClock, scheduler = backgroundScheduler, onWarning = warnProcess } = options
  const days = { ...defaultRetentionDays, ...options.retentionDays }
  const job = {
    intervalMs: RETENTION_INTERVAL_MS,
    runOnce: () => deleteExpiredBatches(retention, clock, days).then(() => ({ more: false })),
    onError: (error: unknown) =>
      onWarning(
        `Old rows were not deleted and are tried again: ${CheckoutError.isInstance(error) ? error.message : String(error)}`,
      ),
  }
  const worker = createWorker(job, scheduler)
  const cancel = scheduler.schedule(RETENTION_INTERVAL_MS, () => worker.start())
  return () => {
    cancel()
    return worker.stop()
  }
}
