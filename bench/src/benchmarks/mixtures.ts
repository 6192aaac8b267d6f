import type { DatabaseKind } from '../databases/bench-database.js'
import { secondPayNo } from '../databases/rows.js'
import type { BenchContext, Benchmark } from '../harness/benchmark.js'
import { compare, type Variant } from '../harness/compare.js'
import { closedLoop } from '../harness/load.js'
import { benchProgram } from '../servers/programs.js'
import { accepts, freshRequests, openShop, type Requests, type Stage } from './open-shop.js'
import { ratioResult } from './results.js'

const MIN_RATIO = 0.9

interface Mixture {
  readonly stage: Stage
  readonly scenario: string
  readonly requests: Requests
}

/** Every so many-th notification is about a second payment of an order that is paid. */
const secondPayments = (every: number): Requests => {
  return async (purchases, gateway, count) => {
    const seconds = await purchases.paidWithSecond(Math.ceil(count / every))
    const firsts = await purchases.ordered(count - seconds.length)
    return interleave(
      firsts.map(gateway.notification),
      seconds.map((n) => gateway.notificationOf(n, String(secondPayNo(n)))),
      every,
    )
  }
}

/** Every tenth order is asked for by two callers at once. */
const repeatedRequests: Requests = async (purchases, gateway, count) => {
  const orders = (await purchases.chosen(Math.ceil((count * 10) / 11))).map(gateway.order)
  return orders.flatMap((order, index) => (index % 10 === 0 ? [order, order] : [order]))
}

function interleave(many: readonly Buffer[], few: readonly Buffer[], every: number): Buffer[] {
  const [left, rare] = [[...many], [...few]]
  const mixed: Buffer[] = []
  while (left.length + rare.length > 0) {
    const next = mixed.length % every === 0 ? (rare.pop() ?? left.pop()) : (left.pop() ?? rare.pop())
    if (next !== undefined) mixed.push(next)
  }
  return mixed
}

const mixtures: readonly Mixture[] = [
  { stage: 'notify', scenario: 'notify, 1 % of it second payments of paid orders', requests: secondPayments(100) },
  { stage: 'notify', scenario: 'notify, 10 % of it second payments of paid orders', requests: secondPayments(10) },
  { stage: 'notify', scenario: 'notify, 50 % of it second payments of paid orders', requests: secondPayments(2) },
  {
    stage: 'create',
    scenario: '`generatepaycode`, 10 % of the orders asked for twice at once',
    requests: repeatedRequests,
  },
]

async function mixtureResults(kind: DatabaseKind, context: BenchContext) {
  await using stack = new AsyncDisposableStack()
  const program = benchProgram('servers/order-server.js')
  const { callers, gateway, purchases } = await openShop(stack, kind, context, { program })
  const operations = context.operations(1_000)
  const side = (name: string, stage: Stage, requests: Requests): Variant => ({
    name,
    run: async () => closedLoop(callers, await requests(purchases, gateway, operations), accepts[stage]),
  })
  const results = []
  for (const { stage, scenario, requests } of mixtures) {
    const ours = side(`${scenario}, ${kind}`, stage, requests)
    const comparison = await compare(
      ours,
      side('without', stage, freshRequests[stage]),
      context.rounds,
      context.progress,
    )
    const aim = { scenario: `${scenario}, ${context.nameOf(kind)}, 32 callers`, baseline: 'the same without them' }
    results.push(ratioResult({ ...aim, atLeast: MIN_RATIO }, comparison))
  }
  return results
}

export const mixedRates: readonly Benchmark[] = (['sqlite', 'mysql'] as const).map((kind) => ({
  name: `mixtures-${kind}`,
  run: async (context) => ({ results: await mixtureResults(kind, context) }),
}))
