import type { PayNo } from '../../../shared/identifiers.js'
import { MAX_LISTED_ACTIONS, type OperatorAction } from '../../../shared/operator-action.js'
import type { Payment } from '../../domain/payment.js'
import type { OperatorViews, PaymentTimelineEvent, Timeline } from '../../ports/operator-service.js'
import type { OrderStore } from '../../ports/order-store.js'
import { loadPayment } from '../checkout/load-order.js'
import type { UseCaseDependencies } from '../update-order.js'

const MAX_STUCK_ENTRIES = 50

export function createOperatorViews({ store, clock }: Pick<UseCaseDependencies, 'store' | 'clock'>): OperatorViews {
  return {
    timeline: (payNo) => loadPaymentTimeline(store, payNo),
    async stuck() {
      const { orders, outbox, views } = store
      const [overdue, backlog, deadMessages, openRefunds, heldPayments] = await Promise.all([
        orders.listOverdue(clock.now(), MAX_STUCK_ENTRIES),
        outbox.backlog(),
        outbox.deadLetters(MAX_STUCK_ENTRIES),
        views.openRefunds(MAX_STUCK_ENTRIES),
        views.heldPayments(MAX_STUCK_ENTRIES),
      ])
      const overdueOrders = (await orders.findMany(overdue)).toSorted((one, other) => one.expireDate - other.expireDate)
      return { overdueOrders, outbox: backlog, deadMessages, openRefunds, heldPayments }
    },
    searchOrders: (filter, after, limit) => store.views.search(filter, after, limit),
    actions: (subject) => store.operatorLog.listOf(subject, MAX_LISTED_ACTIONS),
  }
}

async function loadPaymentTimeline(store: OrderStore, payNo: PayNo): Promise<Timeline> {
  const { order, payment } = await loadPayment(store, { payNo })
  const [journal, actions] = await Promise.all([
    store.journal.listOf(payNo),
    store.operatorLog.listOf(order.id, MAX_LISTED_ACTIONS),
  ])
  const refunds = order.refunds.filter((refund) => refund.payNo === payNo)
  // What happened in one millisecond stays in this sequence: a refund is opened, the gateway answers, the refund ends.
  const events: PaymentTimelineEvent[] = [
    ...timelineEventsOfPayment(payment),
    ...actions.map(timelineEventOfAction),
    ...refunds.map(
      ({ createDate: at, cause, outRequestNo }): PaymentTimelineEvent => ({
        at,
        kind: 'refund_opened',
        detail: `${cause}, number ${outRequestNo}`,
      }),
    ),
    ...journal.map(({ receivedAt, source, verdict }) => ({ at: receivedAt, kind: source, detail: verdict })),
    ...refunds.flatMap(({ finishDate: at, status }): PaymentTimelineEvent[] =>
      at === null ? [] : [{ at, kind: 'refund_ended', detail: status }],
    ),
  ]
  return { payNo, orderId: payment.orderId, events: events.toSorted((one, other) => one.at - other.at) }
}

function timelineEventsOfPayment({ createDate, paySuccessTime, receipt, outPayNo }: Payment): PaymentTimelineEvent[] {
  const created = { at: createDate, kind: 'created', detail: 'unpaid' } as const
  if (paySuccessTime === null) return [created]
  // The gateway tells whole seconds: what is paid at once seems paid before it was there.
  const at = Math.max(createDate, paySuccessTime)
  return [created, { at, kind: 'paid', detail: `${receipt}, trade ${outPayNo}` }]
}

const timelineEventOfAction = ({ at, kind, actor, detail, reason }: OperatorAction): PaymentTimelineEvent => ({
  at,
  kind: 'operator',
  detail: [`${kind} by ${actor}`, detail, reason].filter((part) => part !== '').join(': '),
})
