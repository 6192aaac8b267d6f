import { type BeijingDay, printable } from '@coursepay/core/ports'
import type { ReconciliationAnswer } from '@coursepay/core/reconciliation'
import { createProgress } from '../process/progress.js'
import { readSettings } from '../settings/read-settings.js'
import { errorText, SettingsError } from '../settings/settings-error.js'
import { readDay, UsageError } from './read-day.js'
import { reconcileDay } from './reconcile-day.js'
import { progressSentence, reportText } from './report-text.js'

const PROGRESS_INTERVAL_MS = 2_000

/** 1 is reserved for what matters most in a nightly run: a difference. */
const EXIT_STATUS = { nothingLeft: 0, differencesLeft: 1, notUnderstood: 2, notDone: 3 } as const

/** Compares a day with Alipay's bill and books what it proves. The report goes to stdout, everything else to stderr. */
async function main(): Promise<number> {
  try {
    const day = readDay(process.argv.slice(2))
    const answer = await reconcile(day)
    if (answer.kind === 'no_bill_yet') {
      console.error(
        `Alipay has no bill of ${day} yet: it comes at 9 or 10 the next morning in Beijing. Run this again then.`,
      )
      return EXIT_STATUS.notDone
    }
    process.stdout.write(reportText(answer.report))
    return answer.report.differences.length === 0 ? EXIT_STATUS.nothingLeft : EXIT_STATUS.differencesLeft
  } catch (error) {
    console.error(error instanceof UsageError ? printable(error.message) : errorText(error))
    return error instanceof SettingsError || error instanceof UsageError
      ? EXIT_STATUS.notUnderstood
      : EXIT_STATUS.notDone
  }
}

async function reconcile(day: BeijingDay): Promise<ReconciliationAnswer> {
  // Beside the report, which is on stdout alone. A small day ends before there is anything to say.
  const progress = createProgress(process.stderr, { everyMs: PROGRESS_INTERVAL_MS, quietMs: PROGRESS_INTERVAL_MS })
  try {
    return await reconcileDay(readSettings(process.env), day, (step) => progress.tell(progressSentence(step)))
  } finally {
    progress.end()
  }
}

process.exitCode = await main()
