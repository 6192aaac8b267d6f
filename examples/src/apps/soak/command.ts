import { setTimeout as later } from 'node:timers/promises'
import { createProgress } from '../process/progress.js'
import { errorText } from '../settings/settings-error.js'
import { openEmbedded, type SoakEnvironment } from './environment.js'
import { checkLedgers, copiesWithinBound, type Finding } from './invariants.js'
import { readOptions, type SoakOptions, type StoreName } from './options.js'
import { maxStops, mayRepeatMessages } from './outages.js'
import { runSoak, type SoakResult } from './run-soak.js'

/**
 * Purchases under faults and outages on each store, and the invariants with their figures. Ends with 1 when one is
 * broken.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  for (const store of await storesFor(options)) await soakOn(store, options)
}

const INTERRUPTED = 130
const GOODBYE_MS = 10_000
const interrupted = new Promise<null>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve(null))
})

async function storesFor({ store }: SoakOptions): Promise<StoreName[]> {
  if (store !== null) return [store]
  const { ownServersMissing } = await import('./servers/open-servers.js')
  if (ownServersMissing === null) return ['sqlite', 'mysql']
  console.log(`${ownServersMissing}: SQLite alone.`)
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
  for (const reason of environment.leftOut) console.log(reason)
  const progress = createProgress(process.stdout, { everyMs: 5_000 })
  const result = await Promise.race([runSoak(options, environment, progress), interrupted])
  progress.end()
  if (result === null) {
    // An outage may be under way, and start what is ended here: the exit ends it.
    await Promise.race([environment[Symbol.asyncDispose](), later(GOODBYE_MS)])
    process.exit(INTERRUPTED)
  }
  const findings = [
    ...checkLedgers(result.ledgers),
    copiesWithinBound(result.ledgers, result.outages.filter(mayRepeatMessages).length),
    deliveredInTime(result),
    asExpected(result),
  ]
  for (const line of report(result, findings)) console.log(line)
  if (findings.some(({ broken }) => broken.length > 0)) process.exitCode = 1
}

const asExpected = ({ surprises }: SoakResult): Finding => ({
  name: 'every call was answered as it should be',
  figures: `${surprises.length} surprises`,
  broken: surprises,
})

const deliveredInTime = ({ undelivered }: SoakResult): Finding => ({
  name: 'after the last outage no paid order waits for its course for more than a minute',
  figures: `${undelivered.length} orders`,
  broken: undelivered,
})

const SHOWN = 10

function report({ kinds, outages, sales, seconds }: SoakResult, findings: readonly Finding[]): string[] {
  const lines = [
    [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', '),
    `${outages.length} outages in ${seconds.load.toFixed(1)} s, settled in ${seconds.settling.toFixed(1)} s`,
    ...maxStops(outages, sales).map(
      (stop) => `${stop.name}, ${stop.count} times: nothing was sold for ${stop.seconds.toFixed(1)} s at the longest`,
    ),
  ]
  for (const { name, figures, broken } of findings) {
    lines.push(`${broken.length === 0 ? '✓' : '✗'} ${name}: ${figures}`)
    for (const what of broken.slice(0, SHOWN)) lines.push(`    ${what}`)
    if (broken.length > SHOWN) lines.push(`    and ${broken.length - SHOWN} more`)
  }
  return lines
}

/**
 * A run that could not be ended, or begun, is no broken invariant: 2, and each failure, also one that another one hid.
 */
function tellFailure(error: unknown): void {
  process.exitCode = 2
  const failures = error instanceof SuppressedError ? [error.suppressed, error.error] : []
  for (const failure of failures) tellFailure(failure)
  if (failures.length === 0) console.error(errorText(error))
}

await main().catch(tellFailure)
