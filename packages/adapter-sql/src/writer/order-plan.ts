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
import type { CommitPlan } from './commit-plan.js'
import { added, changed, insert, update } from './write-step.js'

export const orderPlan: CommitPlan<OrderCommit> = {
  root: 'xc_orders',
  steps: [
    insert(orders, ({ before, after }) => (before === null ? [after] : []), { proves: true }),
    insert(goods, ({ before, after }) => (before === null ? goodsOf(after) : [])),
    update(orders, ({ before, after }) => (before === null ? [] : changed([before], [after], ({ id }) => id))),
    insert(payments, ({ before, after }) => added(before?.payments, after.payments, payNoOf), { proves: true }),
    update(payments, ({ before, after }) => changed(before?.payments, after.payments, payNoOf)),
    insert(refunds, ({ before, after }) => added(before?.refunds, after.refunds, refundIdOf), { proves: true }),
    update(refunds, ({ before, after }) => changed(before?.refunds, after.refunds, refundIdOf)),
    insert(messages, (commit) => commit.messages, { proves: true }),
    insert(journal, (commit) => commit.journal, { ifAbsent: true, proves: true }),
    insert(schedule, (commit) => commit.schedule, { ifAbsent: true }),
    insert(operatorActions, (commit) => commit.actions, { proves: true }),
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
