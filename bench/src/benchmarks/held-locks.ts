import type { BenchDatabase } from '../databases/bench-database.js'
import type { Purchases } from '../databases/purchases.js'
import { orderId } from '../databases/rows.js'
import type { BenchContext, Benchmark, BenchmarkResult } from '../harness/benchmark.js'
import { compare, type Measurement } from '../harness/compare.js'
import { type HttpCaller, openCallers } from '../harness/http-caller.js'
import { type Accepts, closedLoop } from '../harness/load.js'
import { quantile } from '../harness/statistics.js'
import type { BenchGateway } from '../servers/gateway.js'
import { startHttpServer } from '../servers/http-server.js'
import { exampleProgram } from '../servers/programs.js'
import { openShop } from './open-shop.js'
import { ms, ratioResult } from './results.js'

/** So long sales stopped once: until the server of the database gave the lock up. */
const HELD_MS = 40_000
const QUICK_HELD_MS = 500
/** A round takes twice the time of a lock. */
const MAX_ROUNDS = 2
const MIN_RATIO = 0.9
const MAX_P99_RATIO = 2

interface Shop {
  readonly context: BenchContext
  readonly gateway: BenchGateway
  readonly database: BenchDatabase
  readonly purchases: Purchases
  readonly callers: readonly HttpCaller[]
}

const isOk: Accepts = ({ status }) => status === 200

/** Notifications of orders of their own, one slice after the other for as long as the locks are held. */
async function notifyWhile({ context, gateway, purchases, callers }: Shop): Promise<Measurement> {
  const latencies: number[] = []
  let seconds = 0
  const endsAt = performance.now() + (context.quick ? QUICK_HELD_MS : HELD_MS)
  do {
    const numbers = await purchases.ordered(context.operations(1_200))
    const slice = await closedLoop(callers, numbers.map(gateway.notification), isOk)
    seconds += numbers.length / slice.figure
    latencies.push(...(slice.latencies ?? []))
  } while (performance.now() < endsAt)
  return { figure: latencies.length / seconds, latencies }
}

/** Notifications while `hold` holds locks, beside the same without. */
async function compareWithHeldLocks(
  shop: Shop,
  holder: string,
  hold: () => Promise<AsyncDisposable>,
): Promise<BenchmarkResult> {
  const { context } = shop
  const freeLatencies: number[] = []
  const heldVariant = {
    name: holder,
    async run() {
      await using _ = await hold()
      return await notifyWhile(shop)
    },
  }
  const freeVariant = {
    name: 'no lock held',
    async run() {
      const measured = await notifyWhile(shop)
      freeLatencies.push(...(measured.latencies ?? []))
      return measured
    },
  }
  const comparison = await compare(heldVariant, freeVariant, Math.min(context.rounds, MAX_ROUNDS), context.progress)
  const [p99, freeP99] = [quantile(comparison.latencies, 0.99), quantile(freeLatencies, 0.99)]
  const scenario = `notify, ${context.nameOf('mysql')}, ${shop.callers.length} callers, while for 40 s ${holder}`
  const aim = { scenario, baseline: 'the same without it', atLeast: MIN_RATIO }
  const result = ratioResult(aim, comparison, [`p99 ${ms(p99)} beside ${ms(freeP99)}; aim ≤ ${MAX_P99_RATIO} ×`])
  return { ...result, met: result.met && p99 <= MAX_P99_RATIO * freeP99 }
}

/** A transaction of another program locks an order, for which Alipay notifies again and again. */
async function lockOrder({ database, gateway, purchases }: Shop, notifier: HttpCaller): Promise<AsyncDisposable> {
  const [n = 0] = await purchases.ordered(1)
  await database.run(`START TRANSACTION; SELECT id FROM xc_orders WHERE id = ${orderId(n)} FOR UPDATE`)
  let isHeld = true
  const notifications = (async () => {
    while (isHeld) await notifier.send(gateway.notification(n))
  })()
  return {
    async [Symbol.asyncDispose]() {
      isHeld = false
      await database.run('COMMIT')
      await notifications
    },
  }
}

/** Another server of the same shop stops under load, with its connections and their locks: as behind a cut network. */
async function hangServer({ database, gateway, purchases, callers }: Shop): Promise<AsyncDisposable> {
  await using stack = new AsyncDisposableStack()
  const program = exampleProgram('apps/server/main.js')
  const server = stack.use(await startHttpServer(program, { environment: gateway.environment(database) }))
  const ownCallers = await openCallers(stack, server.port, callers.length)
  const requests = (await purchases.ordered(600)).map(gateway.notification)
  const load = closedLoop(ownCallers, requests, () => true).catch(() => {})
  await new Promise((resolve) => setTimeout(resolve, 100))
  server.program.child.kill('SIGSTOP')
  stack.defer(async () => {
    server.program.child.kill('SIGCONT')
    await load
  })
  return stack.move()
}

async function heldLockResults(context: BenchContext): Promise<BenchmarkResult[]> {
  await using stack = new AsyncDisposableStack()
  const { callers, ...parts } = await openShop(stack, 'mysql', context)
  const [notifier, ...others] = callers
  if (notifier === undefined) throw new Error('There is no caller.')
  const shop: Shop = { ...parts, context, callers: others }
  return [
    await compareWithHeldLocks(shop, "a foreign transaction holds one order's row", () => lockOrder(shop, notifier)),
    await compareWithHeldLocks(shop, 'another server hangs under load with its connections', () => hangServer(shop)),
  ]
}

/** On SQLite a foreign transaction that writes holds the whole file. */
export const heldLocksMysql: Benchmark = {
  name: 'held-locks-mysql',
  run: async (context) => ({ results: await heldLockResults(context) }),
}
