import type { DatabaseKind } from '../databases/own-database.js'
import type { Benchmark } from '../harness/benchmark.js'
import { aimOf, besideByHand, type CheckoutRun } from './checkout.js'
import { ratioOutcome } from './outcomes.js'

const notifyOn = (kind: DatabaseKind): Benchmark => ({
  name: `notify-${kind}`,
  async run(context) {
    const run = (server: CheckoutRun['server']) =>
      besideByHand({ kind, stage: 'notify', server, operations: context.operations(1_200) }, context)
    const what = `notify over HTTP, verified and booked, ${context.nameOf(kind)}, 32 callers`
    const atLeast = aimOf('notify', kind, context)
    const beside = 'the transaction that books it by hand, no HTTP, no RSA'
    return {
      outcomes: [
        ratioOutcome({ what, beside, atLeast }, await run('orders alone'), ['order service alone, no workers']),
        ratioOutcome(
          { what: `${what}; relay and learning centre at work in the same process`, beside, atLeast },
          await run('whole'),
        ),
      ],
    }
  },
})

export const notifySqlite = notifyOn('sqlite')
export const notifyMysql = notifyOn('mysql')
