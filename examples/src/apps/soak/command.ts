import { setTimeout as later } from 'node:timers/promises'
import { createProgress } from '../process/progress.js'
import { errorText } from '../settings/settings-error.js'
import { openEmbedded, type SoakEnvironment } from './environment.js'
import { checkLedgers, duplicatesWithinBound, type Finding } from './invariants.js'
import { readOptions, type SoakOptions, type StoreName } from './options.js'
import { maxSalesGaps, mayRepeatMessages } from './outages.js'
import { runSoak, type SoakResult } from './run-soak.js'

/**
 * Purchases under faults and outages on each store, and the invariants with their figures. Ends with 1 when one is
 * broken.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  for (const store of await storesFor(options)) await soakOn(store, options)
}

const INTERRUPTED_STATUS = 130
const CLEANUP_TIMEOUT_MS = 10_000
const interrupted = new Promise<null>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(null))
})

async function storesFor({ store }: SoakOptions): Promise<StoreName[]> {
  if (store !== null) return [store]
  const { ownServersMissingReason } = await import('./servers/open-servers.js')
  if (ownServersMissingReason === null) return ['sqlite', 'mysql']
  console.log(`${ownServersMissingReason}: SQLite alone.`)
  return ['sqlite']
}

async function openEnvironment(store: StoreName): Promise<SoakEnvironment> {
  if (store === 'sqlite') return openEmbedded()
  const { openServers } = await import('./servers/open-servers.js')
  return openServers()
}

async function soakOn(store: StoreName, options: SoakOptions): Promise<void> {
  const { purchases, seconds, seed } = options
  await using environment = await openEnvironment(store)
  console.log(`${environment.title}: ${purchases} purchases over ${seconds} s, seed ${seed}`)
  for (const reason of environment.skippedOutages) console.log(reason)
  const progress = createProgress(process.stdout, { everyMs: 5_000 })
  const result = await Promise.race([runSoak(options, environment, progress), interrupted])
  progress.end()
  if (result === null) {
    // An outage may be under way, and start what is ended here: the exit ends it.
    await Promise.race([environment[Symbol.asyncDispose](), later(CLEANUP_TIMEOUT_MS)])
    process.exit(INTERRUPTED_STATUS)
  }
  const findings = [
    ...checkLedgers(result.ledgers),
    duplicatesWithinBound(result.ledgers, result.outages.filter(mayRepeatMessages).length),
    deliveredInTime(result),
    answersAsExpected(result),
  ]
  for (const line of report(result, findings)) console.log(line)
  if (findings.some(({ broken }) => broken.length > 0)) process.exitCode = 1
}

const answersAsExpected = ({ unexpectedAnswers }: SoakResult): Finding => ({
  name: 'every call was answered as it should be',
  figures: `${unexpectedAnswers.length} unexpected answers`,
  broken: unexpectedAnswers,
})

const deliveredInTime = ({ undelivered }: SoakResult): Finding => ({
  name: 'after the last outage no paid order waits for its course for more than a minute',
  figures: `${undelivered.length} orders`,
  broken: undelivered,
})

const MAX_SHOWN_VIOLATIONS = 10

function report({ kinds, outages, sales, seconds }: SoakResult, findings: readonly Finding[]): string[] {
  const lines = [
    [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', '),
    `${outages.length} outages in ${seconds.load.toFixed(1)} s, settled in ${seconds.settling.toFixed(1)} s`,
    ...maxSalesGaps(outages, sales).map(
      (stop) => `${stop.name}, ${stop.count} times: nothing was sold for ${stop.seconds.toFixed(1)} s at the longest`,
    ),
  ]
  for (const { name, figures, broken } of findings) {
    lines.push(`${broken.length === 0 ? '✓' : '✗'} ${name}: ${figures}`)
    for (const what of broken.slice(0, MAX_SHOWN_VIOLATIONS)) lines.push(`    ${what}`)
    if (broken.length > MAX_SHOWN_VIOLATIONS) lines.push(`    and ${broken.length - MAX_SHOWN_VIOLATIONS} more`)
  }
  return lines
}

/**
 * A run that could not be ended, or begun, is no broken invariant: 2, and each failure, also one that another one hid.
 */
function reportFailure(error: unknown): void {
  process.exitCode = 2
  const failures = error instanceof SuppressedError ? [error.suppressed, error.error] : []
  for (const failure of failures) reportFailure(failure)
  if (failures.length === 0) console.error(errorText(error))
}

await main().catch(reportFailure)
