import { describe, expect, it } from 'vitest'
import { changePayment, changeRefund, findRefund, type Order } from '../../src/orders/domain/order.js'
import { fen } from '../../src/shared/money.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { explore, latePolicies } from './explore.js'
import { type Decisions, decisions } from './world.js'

const { settlePayment, openRefund, finishRefund, bookExternalRefund, resolveHeldPayment, closeOrder } = decisions
const { addPayment } = decisions
const withoutNewRefunds = (before: Order, after: Order): Order => ({ ...after, refunds: before.refunds })

/** One for each rule: what a hurried change could break. */
const bugs: readonly (readonly [string, Partial<Decisions>])[] = [
  [
    'a second payment is booked like the first',
    {
      settlePayment: (order, evidence, facts) =>
        settlePayment({ ...order, status: OrderStatus.unpaid }, evidence, facts),
    },
  ],
  [
    'a surplus payment is recorded without a refund',
    {
      settlePayment(order, evidence, facts) {
        const settled = settlePayment(order, evidence, facts)
        return settled.verdict === 'surplus' ? { ...settled, order: withoutNewRefunds(order, settled.order) } : settled
      },
    },
  ],
  [
    'a late payment is dropped',
    {
      settlePayment(order, evidence, facts) {
        const settled = settlePayment(order, evidence, facts)
        return settled.verdict === 'late' ? { ...settled, order } : settled
      },
    },
  ],
  ['a paid order sends no message', { settlePayment: (...given) => ({ ...settlePayment(...given), messages: [] }) }],
  [
    'money that is only promised is booked',
    {
      settlePayment: (order, evidence, facts) =>
        settlePayment(
          order,
          evidence.tradeStatus === 'waiting' ? { ...evidence, tradeStatus: 'paid' } : evidence,
          facts,
        ),
    },
  ],
  [
    'a closed trade closes a payment that was paid',
    {
      settlePayment(order, evidence, facts) {
        const settled = settlePayment(order, evidence, facts)
        const payNo = evidence.outTradeNo as never
        return settled.verdict === 'refund_notice'
          ? { ...settled, order: changePayment(order, payNo, { status: PayStatus.closed }) }
          : settled
      },
    },
  ],
  [
    'the order is paid while its payment stays unpaid',
    {
      settlePayment(order, evidence, facts) {
        const settled = settlePayment(order, evidence, facts)
        return settled.verdict === 'booked' ? { ...settled, order: { ...order, status: OrderStatus.paid } } : settled
      },
    },
  ],
  [
    'a new refund ignores the refunds before it',
    {
      openRefund(order, request, facts) {
        const opened = openRefund({ ...order, refunds: [] }, { ...request, outRequestNo: null }, facts)
        return { ...opened, order: { ...order, refunds: [...order.refunds, opened.refund] } }
      },
    },
  ],
  [
    'a failed refund is retried although others took the rest',
    {
      openRefund(order, request, facts) {
        const failed = order.refunds.find((refund) => refund.outRequestNo === request.outRequestNo)
        if (failed === undefined) return openRefund(order, request, facts)
        return { order: changeRefund(order, failed, { status: 'pending' }), refund: failed, isNew: true }
      },
    },
  ],
  [
    'the last refund of an order leaves it paid',
    {
      finishRefund(order, refund, end, facts) {
        const finished = finishRefund(order, refund, end, facts)
        return { ...finished, order: { ...finished.order, status: order.status, payments: order.payments } }
      },
    },
  ],
  [
    'a refund that failed stands as succeeded',
    { finishRefund: (order, refund, _end, facts) => finishRefund(order, refund, 'succeeded', facts) },
  ],
  [
    'an unclear refund stands as failed for good',
    {
      finishRefund: (order, refund, end, facts) =>
        finishRefund(order, refund, end === 'succeeded' ? 'failed' : end, facts),
    },
  ],
  [
    'the message of a full refund is lost',
    { finishRefund: (...given) => ({ ...finishRefund(...given), messages: [] }) },
  ],
  [
    'a refund of surplus money refunds the order',
    {
      finishRefund(order, refund, end, facts) {
        const finished = finishRefund(order, refund, end, facts)
        const isPaid = order.status === OrderStatus.paid && end === 'succeeded'
        return isPaid ? { ...finished, order: { ...finished.order, status: OrderStatus.refunded } } : finished
      },
    },
  ],
  [
    'a refused refund of what is left is not opened again',
    {
      finishRefund(order, refund, end, facts) {
        const finished = finishRefund(order, refund, end, facts)
        const known = new Set(order.refunds.map(({ id }) => id))
        return {
          ...finished,
          order: { ...finished.order, refunds: finished.order.refunds.filter(({ id }) => known.has(id)) },
        }
      },
    },
  ],
  [
    'a refund of the console leaves the order paid',
    {
      bookExternalRefund(order, refund, facts) {
        const booked = bookExternalRefund(order, refund, facts)
        return { ...booked, order: { ...booked.order, status: order.status, payments: order.payments } }
      },
    },
  ],
  ['a refund of the console is never booked', { bookExternalRefund: (order) => ({ order, messages: [] }) }],
  [
    'a refund of the console waits as a pending one of ours',
    {
      bookExternalRefund(order, refund, facts) {
        const booked = bookExternalRefund(order, refund, facts)
        const added = findRefund(booked.order, refund.payNo, refund.outRequestNo)
        return added === null ? booked : { ...booked, order: changeRefund(booked.order, added, { status: 'pending' }) }
      },
    },
  ],
  [
    'held money pays an order that is paid already',
    {
      resolveHeldPayment: (order, payNo, decision, facts) =>
        resolveHeldPayment(
          decision === 'fulfil' ? { ...order, status: OrderStatus.closed } : order,
          payNo,
          decision,
          facts,
        ),
    },
  ],
  [
    'held money is released without a refund',
    {
      resolveHeldPayment(order, payNo, decision, facts) {
        const resolved = resolveHeldPayment(order, payNo, decision, facts)
        return decision === 'refund' ? { ...resolved, order: withoutNewRefunds(order, resolved.order) } : resolved
      },
    },
  ],
  ['held money cannot be resolved', { resolveHeldPayment: (order) => ({ verdict: 'held', order, messages: [] }) }],
  [
    'a paid order is closed',
    { closeOrder: (order, closed) => closeOrder({ ...order, status: OrderStatus.unpaid }, closed) },
  ],
  [
    'a paid order takes one more payment and is unpaid again',
    { closeObsoletePayment: (order) => ({ ...order, status: OrderStatus.unpaid }) },
  ],
  [
    'an obsolete payment that was paid is closed',
    { closeObsoletePayment: (order, { payNo }) => changePayment(order, payNo, { status: PayStatus.closed }) },
  ],
  ['a payment of a paid order stays open for ever', { closeObsoletePayment: (order) => order }],
  [
    'a new payment changes what an earlier one promised',
    {
      addPayment(order, facts) {
        const added = addPayment(order, facts)
        const [first] = order.payments
        return first === undefined ? added : changePayment(added, first.payNo, { expireDate: 1 })
      },
    },
  ],
  [
    'a new payment replaces an earlier one',
    {
      addPayment(order, facts) {
        const added = addPayment(order, facts)
        return { ...added, payments: added.payments.slice(-1) }
      },
    },
  ],
]

/** Under one policy after the other, as a shop has one; the first that finds something is enough. */
function faults(decide: Partial<Decisions>): readonly string[] {
  for (const policy of latePolicies) {
    const { violation, deadEnds } = explore({ price: fen(2), maxRefunds: 3, policies: [policy], decide })
    if (violation !== null) return [violation]
    if (deadEnds.length > 0) return deadEnds
  }
  return []
}

describe('the exploration finds a planted bug', () => {
  it.each(bugs)('%s', (_, decide) => {
    expect(faults(decide)).not.toEqual([])
  })

  it('and nothing in the decisions as they are', () => {
    expect(faults({})).toEqual([])
  })
})
