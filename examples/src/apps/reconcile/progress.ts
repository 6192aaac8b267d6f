import type { ReconciliationProgress } from '@coursepay/core/reconciliation'
import { createProgress, type Progress } from '../process/progress.js'

const PAUSE_MS = 2_000

/** Beside the report, which is on stdout alone. A small day ends before there is anything to say. */
export const reconciliationProgress = (): Progress =>
  createProgress(process.stderr, { everyMs: PAUSE_MS, quietMs: PAUSE_MS })

export function sentenceOf(progress: ReconciliationProgress): string {
  switch (progress.step) {
    case 'bill_read':
      return `The bill of ${progress.day} has ${progress.rows} lines.`
    case 'ledger_read':
      return `${progress.entries} of our own entries are read ...`
    case 'repaired':
      return `${progress.done} of ${progress.of} payments are booked ...`
  }
}
