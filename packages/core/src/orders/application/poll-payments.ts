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

/**
 * One round of the poller, which finds payments whose notification was lost, and closes at the gateway what is left open of an order
 * that was paid or closed. Safe in many processes: of many that see an attempt due, one moves it on and asks.
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
    for (const attempt of due) {
      if (!(await takeTurn(dependencies, attempt, budget))) continue
      await follow(dependencies, attempt.payRecord, ask, close)
      asked += 1
    }
    return { asked, left: due.length - asked, more: asked === batch }
  }
}

async function takeTurn({ stores, clock }: Dependencies, { payRecord, pollAt }: DueAttempt, budget: QueryBudget) {
  if (!budget.take()) return false
  const { payNo, createDate } = payRecord
  return stores.watch.move(payNo, pollAt, nextPoll(payNo, createDate, clock.now()))
}

async function follow(
  { stores }: Dependencies,
  payRecord: PayRecord,
  ask: AskGateway,
  close: CloseAttempt,
): Promise<void> {
  const order = await stores.orders.find(payRecord.orderId)
  if (order?.status === OrderStatus.unpaid) return void (await ask(payRecord))
  // Paid by another attempt, or closed: nobody should pay this one any more. What was paid all the same is settled by asking.
  if ((await close(payRecord)) === 'unclear') return
  await stores.payRecords.change(payRecord.payNo, { from: PayStatus.unpaid, to: PayStatus.closed })
}
