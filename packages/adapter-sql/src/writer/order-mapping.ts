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
import { addedItems, changedItemPairs, defineInsertStep, defineUpdateStep } from './write-step.js'

export const orderMapping: AggregateMapping<OrderCommit> = {
  root: 'xc_orders',
  steps: [
    defineInsertStep(ordersTable, ({ before, after }) => (before === null ? [after] : []), { provesCommit: true }),
    defineInsertStep(goodsLinesTable, ({ before, after }) => (before === null ? goodsOf(after) : [])),
    defineUpdateStep(ordersTable, ({ before, after }) =>
      before === null || before === after ? [] : [[before, after]],
    ),
    defineInsertStep(
      paymentsTable,
      ({ before, after }) => addedItems(before?.payments, after.payments, payNoOfPayment),
      {
        provesCommit: true,
      },
    ),
    defineUpdateStep(paymentsTable, ({ before, after }) =>
      changedItemPairs(before?.payments, after.payments, payNoOfPayment),
    ),
    defineInsertStep(refundsTable, ({ before, after }) => addedItems(before?.refunds, after.refunds, idOfRefund), {
      provesCommit: true,
    }),
    defineUpdateStep(refundsTable, ({ before, after }) => changedItemPairs(before?.refunds, after.refunds, idOfRefund)),
    defineInsertStep(messagesTable, (commit) => commit.messages, { provesCommit: true }),
    defineInsertStep(journalTable, (commit) => commit.journal, { ifAbsent: true, provesCommit: true }),
    defineInsertStep(scheduleTable, (commit) => commit.schedule, { ifAbsent: true }),
    defineInsertStep(operatorActionsTable, (commit) => commit.actions, { provesCommit: true }),
  ],
  guardsOf: ({ before, after }) =>
    before === null || before === after ? [] : [{ id: BigInt(before.id), version: before.version }],
  uniqueKey: ['out_business_id', 'order_type'],
  newKeysOf: ({ before, after }) => (before === null ? [[after.outBusinessId, after.orderType]] : []),
  keysOf: ({ after }) => [`${after.orderType} ${after.outBusinessId}`],
}

const payNoOfPayment = ({ payNo }: Payment) => payNo
const idOfRefund = ({ id }: Refund) => id

const goodsOf = ({ id, orderDetail }: Order): GoodsLine[] =>
  readOrderDetail(orderDetail).map((good, line) => ({ ...good, orderId: id, line }))
