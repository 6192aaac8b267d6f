import type { Order, Payment, Refund } from '@coursepay/core'
import { type OrderCommit, readOrderDetail } from '@coursepay/core/ports'
import {
  type GoodsLine,
  goodsLines,
  journal,
  messages,
  operatorActions,
  orders,
  payments,
  refunds,
  schedule,
} from '../sql/tables.js'
import type { AggregateMapping } from './aggregate-mapping.js'
import { addedItems, changedItems, insertStep, updateStep } from './write-step.js'

export const orderMapping: AggregateMapping<OrderCommit> = {
  root: 'xc_orders',
  steps: [
    insertStep(orders, ({ before, after }) => (before === null ? [after] : []), { proves: true }),
    insertStep(goodsLines, ({ before, after }) => (before === null ? goodsOf(after) : [])),
    updateStep(orders, ({ before, after }) => (before === null ? [] : changedItems([before], [after], ({ id }) => id))),
    insertStep(payments, ({ before, after }) => addedItems(before?.payments, after.payments, paymentKeyOf), {
      proves: true,
    }),
    updateStep(payments, ({ before, after }) => changedItems(before?.payments, after.payments, paymentKeyOf)),
    insertStep(refunds, ({ before, after }) => addedItems(before?.refunds, after.refunds, refundKeyOf), {
      proves: true,
    }),
    updateStep(refunds, ({ before, after }) => changedItems(before?.refunds, after.refunds, refundKeyOf)),
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

const paymentKeyOf = ({ payNo }: Payment) => payNo
const refundKeyOf = ({ id }: Refund) => id

const goodsOf = ({ id, orderDetail }: Order): GoodsLine[] =>
  readOrderDetail(orderDetail).map((good, line) => ({ ...good, orderId: id, line }))
