import { setTimeout as later } from 'node:timers/promises'
import { type AlipaySandbox, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import type { Progress } from '../process/progress.js'
import { retryingClient } from './client.js'
import type { AuditedMessage, SoakEnvironment } from './environment.js'
import { type FaultProxy, openFaultProxy } from './fault-proxy.js'
import { checkLedgers, ordersWithoutCourse } from './invariants.js'
import { type Ledgers, readLedgers } from './ledgers.js'
import type { SoakOptions } from './options.js'
import { clockStepped, loopOutages, networkCut, type OutageEvent, serverKilled } from './outages.js'
import { makePurchase, type PurchaseKind, type SoakShop } from './purchase.js'
import { createRandom } from './random.js'
import { serverProcess } from './server-process.js'
import { openTables, type Tables } from './tables.js'

export interface SoakResult {
  readonly ledgers: Ledgers
  readonly kinds: ReadonlyMap<PurchaseKind, number>
  readonly outages: readonly OutageEvent[]
  /** When a payment code was given out, by `performance.now()`. */
  readonly sales: readonly number[]
  /** Orders that were paid and had no course for more than a minute, after the last outage. */
  readonly undelivered: readonly string[]
  readonly unexpectedAnswers: readonly string[]
  readonly seconds: { readonly load: number; readonly settling: number }
}

const SECRET = 'the soak run’s own secret, long enough'
/** 4 minutes between two notifications of Alipay are 1 s here. */
const NOTIFY_TIME_SCALE = 1 / 240
const ORDER_TTL = '15s'
const DELIVERED_WITHIN_MS = 60_000
/** Unwatched payments are found within 2 minutes; what takes longer is stuck. */
const SETTLES_WITHIN_MS = 150_000

/** Purchases under faults and outages, then time to settle without either, then the ledgers. */
export async function runSoak(
  options: SoakOptions,
  environment: SoakEnvironment,
  progress: Progress,
): Promise<SoakResult> {
  await using started = new AsyncDisposableStack()
  const sandbox = started.use(await startAlipaySandbox({ notifyTimeScale: NOTIFY_TIME_SCALE }))
  const proxy: FaultProxy = started.use(
    await openFaultProxy(() => new URL(server.address()), new URL('http://127.0.0.1')),
  )
  const own = { PUBLIC_BASE_URL: proxy.url, JWT_SECRET: SECRET, ORDER_TTL }
  const server = started.use(serverProcess({ ...environment.variables, ...environmentOf(sandbox), ...own }))
  await server.start()
  const unexpectedAnswers = new Set<string>()
  const reviveServer = async () => {
    if (!server.hasFailed()) return
    unexpectedAnswers.add(`The server ended: ${server.errors().at(-1) ?? ''}`)
    await server.start()
  }
  const { seed } = options
  const address = proxy.url
  const sales: number[] = []
  const operator = await retryingClient(
    address,
    { user: 'operator', secret: SECRET, roles: ['operator'] },
    unexpectedAnswers,
  )
  const shop: SoakShop = { address, secret: SECRET, seed, sandbox, operator, unexpectedAnswers, sales }

  const began = performance.now()
  const load = startPurchases(options, shop, unexpectedAnswers)
  const outages = await loopOutages({
    outages: [
      ...[serverKilled(server), clockStepped(server), networkCut('the server', proxy)],
      ...environment.outages(reviveServer),
    ],
    random: createRandom(seed, -1),
    done: load.done,
    afterEach: reviveServer,
    onOutages: ({ length }) => progress.tell(`${load.finished()} of ${options.purchases} purchases, ${length} outages`),
  })
  await load.done
  const loaded = performance.now()
  sandbox.clearFaults()
  const tables = started.use(await openTables(environment.databaseUrl))
  const { ledgers, undelivered } = await settle(sandbox, tables, environment, progress)
  await server.stop()
  const seconds = { load: (loaded - began) / 1_000, settling: (performance.now() - loaded) / 1_000 }
  return { ledgers, kinds: load.kinds, outages, sales, undelivered, unexpectedAnswers: [...unexpectedAnswers], seconds }
}

const environmentOf = ({ merchant }: AlipaySandbox) => ({
  ALIPAY_APP_ID: merchant.appId,
  ALIPAY_SELLER_ID: merchant.sellerId,
  ALIPAY_PRIVATE_KEY: merchant.privateKey,
  ALIPAY_PUBLIC_KEY: merchant.alipayPublicKey,
  ALIPAY_GATEWAY: merchant.gateway,
})

/** Begins the purchases spread over the time, each on its own. */
function startPurchases({ purchases, seconds }: SoakOptions, shop: SoakShop, unexpectedAnswers: Set<string>) {
  const kinds = new Map<PurchaseKind, number>()
  let finished = 0
  async function one(number: number): Promise<void> {
    await later((number / purchases) * seconds * 1_000)
    try {
      const kind = await makePurchase(number, shop)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    } catch (error) {
      unexpectedAnswers.add(`purchase ${number}: ${String(error)}`)
    }
    finished += 1
  }
  const done = Promise.all(Array.from({ length: purchases }, (_, number) => one(number)))
  return { kinds, finished: () => finished, done }
}

/** Waits until the ledgers are in order; what is not by the end of the time is told by the ledgers. */
async function settle(
  sandbox: AlipaySandbox,
  tables: Tables,
  environment: SoakEnvironment,
  progress: Progress,
): Promise<{ readonly ledgers: Ledgers; readonly undelivered: readonly string[] }> {
  const undelivered = undeliveredOrders()
  const auditedMessages: AuditedMessage[] = []
  for (const end = performance.now() + SETTLES_WITHIN_MS; ; await later(500)) {
    const now = await readLedgers(sandbox, tables, environment)
    auditedMessages.push(...(now.auditedMessages ?? []))
    const ledgers = { ...now, auditedMessages: now.auditedMessages === null ? null : auditedMessages }
    undelivered.look(ordersWithoutCourse(ledgers))
    const broken = checkLedgers(ledgers).flatMap((finding) => finding.broken)
    if (broken.length === 0 || performance.now() > end) return { ledgers, undelivered: undelivered.found() }
    progress.tell(`settling: ${broken.length} things to come, such as: ${broken.at(-1)}`)
  }
}

/** Orders that are seen without their course at every look for more than a minute. */
function undeliveredOrders() {
  const found = new Set<string>()
  let waitingSince = new Map<string, number>()
  return {
    found: () => [...found],
    look(waiting: readonly string[]): void {
      const now = performance.now()
      waitingSince = new Map(waiting.map((order) => [order, waitingSince.get(order) ?? now]))
      for (const [order, since] of waitingSince) if (now - since > DELIVERED_WITHIN_MS) found.add(order)
    },
  }
}
