import type { Clock } from '@coursepay/core'
import type { Scheduler } from '@coursepay/core/ports'
import { describeErrorWithoutMessage, type Log } from './log.js'

/** One thing without which this process is of no use, such as the store. */
export interface ReadinessCheck {
  /** Shown in the answer of `/readyz`. */
  readonly name: string
  /** Rejects when it is not there. */
  check(): Promise<unknown>
}

export interface ReadinessReport {
  readonly ready: boolean
  /** `ok` or `failed` by name; why it failed is for the log alone. */
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>
}

const CHECK_TIMEOUT_MS = 2_000

/** Strangers may call at any rate; the checks run once a second. */
const READINESS_CACHE_MS = 1_000

export interface ReadinessDeps {
  readonly readiness: readonly ReadinessCheck[]
  readonly log: Log
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/**
 * Runs all checks at once; one that hangs counts as failed. A report is repeated for a second. The result never
 * rejects.
 */
export function createReadinessReporter(deps: ReadinessDeps): () => Promise<ReadinessReport> {
  const { clock } = deps
  let report: Promise<ReadinessReport> | null = null
  let checkedAt = 0
  let running = false
  return () => {
    if (report !== null && (running || clock.now() - checkedAt < READINESS_CACHE_MS)) return report
    checkedAt = clock.now()
    running = true
    report = runAllReadinessChecks(deps).finally(() => {
      running = false
    })
    return report
  }
}

async function runAllReadinessChecks({ readiness, log, scheduler }: ReadinessDeps): Promise<ReadinessReport> {
  const results = await Promise.all(
    readiness.map(async ({ name, check }) => {
      try {
        await withTimeout(CHECK_TIMEOUT_MS, scheduler, check)
        return [name, 'ok'] as const
      } catch (error) {
        log.error({ event: 'not_ready', check: name, ...describeErrorWithoutMessage(error) })
        return [name, 'failed'] as const
      }
    }),
  )
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) }
}

async function withTimeout(delayMs: number, scheduler: Scheduler, work: () => Promise<unknown>): Promise<void> {
  const { promise: deadline, reject } = Promise.withResolvers<never>()
  const cancel = scheduler.schedule(delayMs, () =>
    reject(new Error(`The check took longer than ${CHECK_TIMEOUT_MS} ms.`)),
  )
  try {
    await Promise.race([work(), deadline])
  } finally {
    cancel()
  }
}
