import type { EpochMs } from '../../shared/ports/clock.js'
import { severalAtOnce } from '../../shared/several-at-once.js'
import { OrderStatus, PayStatus } from '../../shared/status-codes.js'
import type { PayRecord } from '../domain/pay-record.js'
import { nextPoll } from '../domain/poll-rhythm.js'
import type { DueAttempt } from '../ports/payment-watch.js'
import type { AskGateway } from './ask-gateway.js'
import type { CloseAttempt } from './close-attempt.js'
import type { OrderDependencies } from './order-dependencies.js'
import type { QueryBudget } from './query-budget.js'

type Dependencies = Pick<OrderDependencies, 'stores' | 'clock'>

export interface PollReport {
  readonly asked: number
  /** The budget was used up, or somebody else asked. */
  readonly left: number
  /** A full batch was due: more may wait. */
  readonly more: boolean
}

/** The signed time ends a page by the gateway's clock, and what was under way may take a little longer. */
const LAST_LOOK_MS = 60_000

/** One question takes some 200 ms, and 6 s when the gateway hangs: one after the other, a busy shop's attempts would wait in line. */
const ASKED_AT_ONCE = 10

/**
 * One round of the poller, which finds payments whose notification was lost, and closes at the gateway what is left open of an order
 * that was paid or closed. An attempt that was closed here is asked about until its own time is over. Safe in many processes: of many that see an attempt due, one moves it on and asks.
 */
export function pollPayments(
  dependencies: Dependencies,
  ask: AskGateway,
  close: CloseAttempt,
  budget: QueryBudget,
  batch = 50,
) {
  const { stores, clock } = dependencies
  return async (): Promise<PollReport> => {
    const due = await stores.watch.listDue(clock.now(), batch)
    let asked = 0
    await severalAtOnce(due, ASKED_AT_ONCE, async (attempt) => {
      const nextAt = await takeTurn(dependencies, attempt, budget)
      if (nextAt === null) return
      asked += 1
      if (await follow(dependencies, attempt.payRecord, ask, close)) return
      await stores.watch.move(attempt.payRecord.payNo, nextAt, null)
    })
    return { asked, left: due.length - asked, more: asked === batch }
  }
}

/** When the next turn is, for whoever got this one; null for everybody else. */
async function takeTurn(
  { stores, clock }: Dependencies,
  { payRecord, pollAt }: DueAttempt,
  budget: QueryBudget,
): Promise<EpochMs | null> {
  if (!budget.take()) return null
  const { payNo, createDate } = payRecord
  const nextAt = nextPoll(payNo, createDate, clock.now())
  return (await stores.watch.move(payNo, pollAt, nextAt)) ? nextAt : null
}

/** Answers whether the attempt is to be watched on. */
async function follow(
  { stores, clock }: Dependencies,
  payRecord: PayRecord,
  ask: AskGateway,
  close: CloseAttempt,
): Promise<boolean> {
  if (payRecord.status === PayStatus.closed) {
    const said = await ask(payRecord)
    return said !== 'closed' && (said === 'unknown' || clock.now() < payRecord.expireDate + LAST_LOOK_MS)
  }
  const order = await stores.orders.find(payRecord.orderId)
  if (order?.status === OrderStatus.unpaid) {
    await ask(payRecord)
  } else if ((await close(payRecord)) === 'done') {
    // Paid by another attempt, or closed: nobody should pay this one any more. What was paid all the same was settled by asking.
    await stores.payRecords.change(payRecord.payNo, { from: PayStatus.unpaid, to: PayStatus.closed })
  }
  return true
}
