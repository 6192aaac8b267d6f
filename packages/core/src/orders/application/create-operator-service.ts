import { CheckoutError } from '../../shared/checkout-error.js'
import type { PayNo } from '../../shared/identifiers.js'
import type { Clock } from '../../shared/ports/clock.js'
import type { OutboxInspection } from '../../shared/ports/outbox-port.js'
import type { PayRecord } from '../domain/pay-record.js'
import type { Refund } from '../domain/refund.js'
import type { JournalEntry } from '../ports/evidence-journal.js'
import type { OperationsView } from '../ports/operations-view.js'
import type { OperatorService, TimelineEvent } from '../ports/operator-service.js'
import type { OrderStores } from '../ports/order-stores.js'
import type { AskGateway } from './ask-gateway.js'

export interface OperatorDependencies {
  readonly stores: OrderStores
  readonly operations: OperationsView
  readonly outboxInspection: OutboxInspection
  readonly clock: Clock
  readonly wakeRelay: () => void
}

const MOST = 50

/** What operators ask, answered from what is stored; only `askNow` asks the gateway, and settles what it proves as everybody does. */
export function createOperatorService(dependencies: OperatorDependencies, ask: AskGateway): OperatorService {
  const { stores, operations, outboxInspection, clock, wakeRelay } = dependencies
  return {
    timeline: async (payNo) => timelineOf(stores, payNo),
    async stuck() {
      const [overdueOrders, outbox, deadMessages, openRefunds, heldPayments] = await Promise.all([
        stores.orders.listOverdue(clock.now(), MOST),
        outboxInspection.backlog(),
        operations.deadMessages(MOST),
        operations.openRefunds(MOST),
        operations.heldPayments(MOST),
      ])
      return { overdueOrders, outbox, deadMessages, openRefunds, heldPayments }
    },
    async askNow(payNo) {
      const said = await ask(await findPayRecord(stores, payNo))
      return { said, payRecord: await findPayRecord(stores, payNo) }
    },
    async redeliver(id) {
      const dead = await operations.deadMessage(id)
      if (dead === null || !(await outboxInspection.redeliver(id))) {
        throw new CheckoutError('dead_message_not_found', 'There is no dead message of this id.')
      }
      wakeRelay()
      return dead.message
    },
  }
}

async function findPayRecord({ payRecords }: OrderStores, payNo: PayNo): Promise<PayRecord> {
  const payRecord = await payRecords.find({ payNo })
  if (payRecord === null) throw new CheckoutError('pay_record_not_found', 'There is no such payment.')
  return payRecord
}

async function timelineOf(stores: OrderStores, payNo: PayNo) {
  const payRecord = await findPayRecord(stores, payNo)
  const [journal, refunds] = await Promise.all([stores.journal.listOf(payNo), stores.refunds.listOf(payRecord.orderId)])
  const ofThis = refunds.filter((refund) => refund.payNo === payNo)
  // What happened in one millisecond stays in this order: a refund is opened, the gateway answers, the refund ends.
  const events = [...lifeOf(payRecord), ...ofThis.map(opened), ...journal.map(eventOfEntry), ...ofThis.flatMap(ended)]
  return { payNo, orderId: payRecord.orderId, events: events.sort((one, other) => one.at - other.at) }
}

function lifeOf({ createDate, paySuccessTime, receipt, outPayNo }: PayRecord): TimelineEvent[] {
  const created = { at: createDate, kind: 'created', detail: 'unpaid' } as const
  if (paySuccessTime === null) return [created]
  return [created, { at: paySuccessTime, kind: 'paid', detail: `${receipt ?? 'paid'}, trade ${outPayNo ?? 'unknown'}` }]
}

const eventOfEntry = ({ receivedAt, source, verdict }: JournalEntry): TimelineEvent => ({
  at: receivedAt,
  kind: source,
  detail: verdict,
})

const opened = ({ createDate, cause, outRequestNo }: Refund): TimelineEvent => ({
  at: createDate,
  kind: 'refund_opened',
  detail: `${cause}, number ${outRequestNo}`,
})

const ended = ({ finishDate, status }: Refund): TimelineEvent[] =>
  finishDate === null ? [] : [{ at: finishDate, kind: 'refund_ended', detail: status }]
