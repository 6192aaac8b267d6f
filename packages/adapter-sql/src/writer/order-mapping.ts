import type { Order, Payment, Refund } from '@coursepay/core'
import { type OrderCommit, readOrderDetail } from '@coursepay/core/ports'
import {
  type GoodsLine,
  goodsLinesTable,
  journalTable,
  messagesTable,
  operatorActionsTable,
  ordersTable,
  paymentsTable,
  refundsTable,
  scheduleTable,
} from '../sql/tables.js'
import type { AggregateMapping } from './aggregate-mapping.js'
import { addedItems, changedItemPairs, insertStep, updateStep } from './write-step.js'

export const orderMapping: AggregateMapping<OrderCommit> = {
  root: 'xc_orders',
  steps: [
    insertStep(ordersTable, ({ before, after }) => (before === null ? [after] : []), { provesCommit: true }),
    insertStep(goodsLinesTable, ({ before, after }) => (before === null ? goodsOf(after) : [])),
    updateStep(ordersTable, ({ before, after }) => (before === null || before === after ? [] : [[before, after]])),
    insertStep(paymentsTable, ({ before, after }) => addedItems(before?.payments, after.payments, paymentKeyOf), {
      provesCommit: true,
    }),
    updateStep(paymentsTable, ({ before, after }) => changedItemPairs(before?.payments, after.payments, paymentKeyOf)),
    insertStep(refundsTable, ({ before, after }) => addedItems(before?.refunds, after.refunds, refundKeyOf), {
      provesCommit: true,
    }),
    updateStep(refundsTable, ({ before, after }) => changedItemPairs(before?.refunds, after.refunds, refundKeyOf)),
    insertStep(messagesTable, (commit) => commit.messages, { provesCommit: true }),
    insertStep(journalTable, (commit) => commit.journal, { ifAbsent: true, provesCommit: true }),
    insertStep(scheduleTable, (commit) => commit.schedule, { ifAbsent: true }),
    insertStep(operatorActionsTable, (commit) => commit.actions, { provesCommit: true }),
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
