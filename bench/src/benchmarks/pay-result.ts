import type { Benchmark } from '../harness/benchmark.js'
import { compare, type Variant } from '../harness/compare.js'
import { httpRequest, openCallers } from '../harness/http-caller.js'
import { closedLoop } from '../harness/load.js'
import { startHttpServer } from '../servers/http-server.js'
import { benchProgram } from '../servers/programs.js'
import { CALLERS, openShop } from './open-shop.js'
import { ratioResult } from './results.js'

const WATCHERS = 1_000
const BUDGET_PER_SECOND = 50

export const payResult: Benchmark = {
  name: 'payresult',
  async run(context) {
    await using stack = new AsyncDisposableStack()
    const { callers, gateway, purchases, server } = await openShop(stack, 'sqlite', context)
    const constant = stack.use(await startHttpServer(benchProgram('servers/constant-server.js')))
    const numbers = await purchases.ordered(context.quick ? 50 : WATCHERS)
    const plain = await openCallers(stack, constant.port, CALLERS)
    const polls = numbers.map((n) => gateway.payResult(n))
    const times = <Item>(items: readonly Item[], count: number) =>
      Array.from({ length: count }, (_, index) => items[index % items.length] as Item)
    const count = context.operations(8_000)
    const hello = httpRequest('GET', '/api/orders/payresult', {})
    const ours: Variant = {
      name: 'payresult',
      run: () =>
        closedLoop(callers, times(polls, count), ({ status, body }) => status === 200 && body.includes('601001')),
    }
    const baseline: Variant = {
      name: 'Hono, a constant',
      run: () => closedLoop(plain, times([hello], count), ({ body }) => body === 'constant'),
    }
    const startedAt = performance.now()
    const comparison = await compare(ours, baseline, context.rounds, context.progress)
    const seconds = (performance.now() - startedAt) / 1_000
    const asked = await gatewayCalls(server.port)
    const allowed = BUDGET_PER_SECOND * (seconds + 1)
    const result = ratioResult(
      {
        scenario: '`payresult` polled by 1,000 watchers of unpaid orders, SQLite',
        baseline: 'Hono answering a constant',
        atLeast: 0.3,
      },
      comparison,
      [`${asked} gateway calls in ${seconds.toFixed(1)} s; the budget is ${BUDGET_PER_SECOND}/s`],
    )
    return { results: [{ ...result, met: result.met && asked <= allowed }] }
  },
}

async function gatewayCalls(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const counts = [...text.matchAll(/^coursepay_gateway_answers\{[^}]*\} (\d+)/gm)].map(([, count]) => Number(count))
  return counts.reduce((sum, count) => sum + count, 0)
}
