import type { Order, Payment, Refund } from '@coursepay/core'
import { type OrderCommit, readOrderDetail } from '@coursepay/core/ports'
import {
  type GoodsLine,
  goods,
  journal,
  messages,
  operatorActions,
  orders,
  payments,
  refunds,
  schedule,
} from '../sql/tables.js'
import type { AggregateWritePlan } from './commit-plan.js'
import { addedItems, changedItems, insertStep, updateStep } from './write-step.js'

export const orderPlan: AggregateWritePlan<OrderCommit> = {
  root: 'xc_orders',
  steps: [
    insertStep(orders, ({ before, after }) => (before === null ? [after] : []), { proves: true }),
    insertStep(goods, ({ before, after }) => (before === null ? goodsOf(after) : [])),
    updateStep(orders, ({ before, after }) => (before === null ? [] : changedItems([before], [after], ({ id }) => id))),
    insertStep(payments, ({ before, after }) => addedItems(before?.payments, after.payments, payNoOf), {
      proves: true,
    }),
    updateStep(payments, ({ before, after }) => changedItems(before?.payments, after.payments, payNoOf)),
    insertStep(refunds, ({ before, after }) => addedItems(before?.refunds, after.refunds, refundIdOf), {
      proves: true,
    }),
    updateStep(refunds, ({ before, after }) => changedItems(before?.refunds, after.refunds, refundIdOf)),
    insertStep(messages, (commit) => commit.messages, { proves: true }),
    insertStep(journal, (commit) => commit.journal, { ifAbsent: true, proves: true }),
    insertStep(schedule, (commit) => commit.schedule, { ifAbsent: true }),
    insertStep(operatorActions, (commit) => commit.actions, { proves: true }),
  ],
  guardsOf: ({ before, after }) =>
    before === null || before === after ? [] : [{ id: BigInt(before.id), version: before.version }],
  uniqueKey: ['out_business_id', 'order_type'],
  newKeysOf: ({ before, after }) => (before === null ? [[after.outBusinessId, after.orderType]] : []),
  keysOf: ({ after }) => [`${after.orderType} ${after.outBusinessId}`],
}

const payNoOf = ({ payNo }: Payment) => payNo
const refundIdOf = ({ id }: Refund) => id

const goodsOf = ({ id, orderDetail }: Order): GoodsLine[] =>
  readOrderDetail(orderDetail).map((good, line) => ({ ...good, orderId: id, line }))
