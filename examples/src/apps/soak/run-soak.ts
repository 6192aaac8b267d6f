import { setTimeout as later } from 'node:timers/promises'
import { type AlipaySandbox, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import type { Progress } from '../process/progress.js'
import { patientClient } from './client.js'
import type { OverheardMessage, SoakEnvironment } from './environment.js'
import { checkLedgers } from './invariants.js'
import { type Ledgers, readLedgers } from './ledger.js'
import type { SoakOptions } from './options.js'
import { makePurchase, type PurchaseKind, type SoakShop } from './purchase.js'
import { type Random, randomOf } from './random.js'
import { type ServerProcess, serverProcess } from './server-process.js'
import { openTables, type Tables } from './tables.js'

export interface SoakResult {
  readonly ledgers: Ledgers
  readonly kinds: ReadonlyMap<PurchaseKind, number>
  readonly kills: number
  readonly surprises: readonly string[]
  readonly seconds: { readonly load: number; readonly settling: number }
}

const SECRET = 'the soak run’s own secret, long enough'
/** 4 minutes between two notifications of Alipay are 1 s here. */
const NOTIFY_TIME_SCALE = 1 / 240
const ORDER_TTL = '15s'
const KILL_AFTER_MS = { min: 1_800, max: 4_500 }
/** Of a run that is over soon, too. */
const LEAST_KILLS = 2
/** Unwatched payments are found within 2 minutes; what takes longer is stuck. */
const SETTLES_WITHIN_MS = 150_000

/** Purchases under faults and kills, then time to settle without either, then the ledgers. */
export async function runSoak(
  options: SoakOptions,
  environment: SoakEnvironment,
  progress: Progress,
): Promise<SoakResult> {
  await using started = new AsyncDisposableStack()
  const sandbox = started.use(await startAlipaySandbox({ notifyTimeScale: NOTIFY_TIME_SCALE }))
  const server = started.use(
    serverProcess({ ...environment.variables, ...environmentOf(sandbox), JWT_SECRET: SECRET, ORDER_TTL }),
  )
  await server.start()
  const surprises = new Set<string>()
  const { seed } = options
  const address = server.address()
  const operator = await patientClient(address, { user: 'operator', secret: SECRET, roles: ['operator'] }, surprises)
  const shop: SoakShop = { address, secret: SECRET, seed, sandbox, operator, surprises }

  const began = performance.now()
  const load = startPurchases(options, shop, surprises)
  const kills = await killUntil(load.done, server, randomOf(seed, -1), (killed) =>
    progress.tell(`${load.finished()} of ${options.purchases} purchases, ${killed} kills`),
  )
  const loaded = performance.now()
  sandbox.clearFaults()
  const tables = started.use(await openTables(environment.variables.DATABASE_URL))
  const ledgers = await settle(sandbox, tables, environment, progress)
  await server.stop()
  const seconds = { load: (loaded - began) / 1_000, settling: (performance.now() - loaded) / 1_000 }
  return { ledgers, kinds: load.kinds, kills, surprises: [...surprises], seconds }
}

const environmentOf = ({ merchant }: AlipaySandbox) => ({
  ALIPAY_APP_ID: merchant.appId,
  ALIPAY_SELLER_ID: merchant.sellerId,
  ALIPAY_PRIVATE_KEY: merchant.privateKey,
  ALIPAY_PUBLIC_KEY: merchant.alipayPublicKey,
  ALIPAY_GATEWAY: merchant.gateway,
})

/** Begins the purchases spread over the time, each on its own. */
function startPurchases({ purchases, seconds }: SoakOptions, shop: SoakShop, surprises: Set<string>) {
  const kinds = new Map<PurchaseKind, number>()
  let finished = 0
  async function one(number: number): Promise<void> {
    await later((number / purchases) * seconds * 1_000)
    try {
      const kind = await makePurchase(number, shop)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    } catch (error) {
      surprises.add(`purchase ${number}: ${String(error)}`)
    }
    finished += 1
  }
  const done = Promise.all(Array.from({ length: purchases }, (_, number) => one(number)))
  return { kinds, finished: () => finished, done }
}

/** Kills the server every few seconds and starts it again, each time with another policy for late money. */
async function killUntil(
  done: Promise<unknown>,
  server: ServerProcess,
  random: Random,
  tell: (kills: number) => void,
): Promise<number> {
  let going = true
  let kills = 0
  let startTook = 0
  void done.then(() => {
    going = false
  })
  const goesOn = () => going || kills < LEAST_KILLS
  while (goesOn()) {
    // Up for at least as long as it was down, or a slow machine would do nothing but start it.
    const up = Math.max(random.between(KILL_AFTER_MS.min, KILL_AFTER_MS.max), startTook)
    for (const end = performance.now() + up; goesOn() && performance.now() < end; await later(100)) tell(kills)
    if (!goesOn()) break
    await server.crash()
    kills += 1
    const began = performance.now()
    await server.start({ PAYMENT_LATE_POLICY: random.pick(['refund', 'hold', 'fulfil']) })
    startTook = performance.now() - began
  }
  return kills
}

/** Waits until the ledgers are in order; what is not by the end of the time is told by the ledgers. */
async function settle(
  sandbox: AlipaySandbox,
  tables: Tables,
  environment: SoakEnvironment,
  progress: Progress,
): Promise<Ledgers> {
  const overheard: OverheardMessage[] = []
  for (const end = performance.now() + SETTLES_WITHIN_MS; ; await later(500)) {
    const now = await readLedgers(sandbox, tables, environment)
    overheard.push(...(now.overheard ?? []))
    const ledgers = { ...now, overheard: now.overheard === null ? null : overheard }
    const broken = checkLedgers(ledgers).flatMap((finding) => finding.broken)
    if (broken.length === 0 || performance.now() > end) return ledgers
    progress.tell(`settling: ${broken.length} things to come, such as: ${broken.at(-1)}`)
  }
}
