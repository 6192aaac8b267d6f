import type { Order, OrderGoods, Payment, Refund } from '@coursepay/core'
import type { JournalEntry, OperatorAction, PayResultMessage, ScheduleEntry } from '@coursepay/core/ports'
import { NOW } from '../sql/statement.js'
import { tradeKeyOf } from '../sql/trade-key.js'
import type { TableMapping } from './write-step.js'

export const orders: TableMapping<Order> = {
  table: 'xc_orders',
  key: ['id'],
  columns: {
    id: ({ id }) => BigInt(id),
    out_business_id: ({ outBusinessId }) => outBusinessId,
    user_id: ({ userId }) => userId,
    order_type: ({ orderType }) => orderType,
    total_price: ({ totalPrice }) => totalPrice,
    order_name: ({ orderName }) => orderName,
    order_descrip: ({ orderDescrip }) => orderDescrip,
    order_detail: ({ orderDetail }) => orderDetail,
    status: ({ status }) => status,
    create_date: ({ createDate }) => createDate,
    expire_date: ({ expireDate }) => expireDate,
    version: ({ version }) => version,
  },
}

export interface GoodsLine extends OrderGoods {
  readonly orderId: bigint
  readonly line: number
}

export const goods: TableMapping<GoodsLine> = {
  table: 'xc_orders_goods',
  key: ['order_id', 'line'],
  columns: {
    order_id: ({ orderId }) => orderId,
    line: ({ line }) => line,
    goods_id: ({ goodsId }) => goodsId,
    goods_type: ({ goodsType }) => goodsType,
    goods_name: ({ goodsName }) => goodsName,
    goods_price: ({ goodsPrice }) => goodsPrice,
    goods_detail: ({ goodsDetail }) => goodsDetail,
  },
}

export const payments: TableMapping<Payment> = {
  table: 'xc_pay_record',
  key: ['pay_no'],
  columns: {
    pay_no: ({ payNo }) => BigInt(payNo),
    order_id: ({ orderId }) => BigInt(orderId),
    user_id: ({ userId }) => userId,
    order_name: ({ orderName }) => orderName,
    total_price: ({ totalPrice }) => totalPrice,
    currency: () => 'CNY',
    status: ({ status }) => status,
    create_date: ({ createDate }) => createDate,
    expire_date: ({ expireDate }) => expireDate,
    token: ({ token }) => token,
    notify_url: ({ notifyUrl }) => notifyUrl,
    return_url: ({ returnUrl }) => returnUrl,
    out_pay_no: ({ outPayNo }) => outPayNo,
    out_pay_channel: ({ outPayChannel }) => outPayChannel,
    pay_success_time: ({ paySuccessTime }) => paySuccessTime,
    receipt: ({ receipt }) => receipt,
  },
}

export const refunds: TableMapping<Refund> = {
  table: 'refund',
  key: ['id'],
  columns: {
    id: ({ id }) => BigInt(id),
    out_request_no: ({ outRequestNo }) => outRequestNo,
    order_id: ({ orderId }) => BigInt(orderId),
    pay_no: ({ payNo }) => BigInt(payNo),
    amount: ({ amount }) => amount,
    reason: ({ reason }) => reason,
    cause: ({ cause }) => cause,
    status: ({ status }) => status,
    create_date: ({ createDate }) => createDate,
    finish_date: ({ finishDate }) => finishDate,
  },
}

export const messages: TableMapping<PayResultMessage> = {
  table: 'mq_message',
  key: ['id'],
  columns: {
    id: ({ id }) => BigInt(id),
    message_type: ({ messageType }) => messageType,
    business_key1: ({ businessKey1 }) => businessKey1,
    business_key2: ({ businessKey2 }) => businessKey2,
    business_key3: ({ businessKey3 }) => businessKey3,
    order_id: ({ orderId }) => bigintOrNull(orderId),
    pay_no: ({ payNo }) => bigintOrNull(payNo),
    user_id: ({ userId }) => userId ?? null,
    total_price: ({ totalPrice }) => totalPrice ?? null,
    pay_success_time: ({ paySuccessTime }) => paySuccessTime ?? null,
    traceparent: ({ traceparent }) => traceparent ?? null,
    create_date: () => NOW,
    available_at: () => NOW,
    claims: () => 0,
    attempts: () => 0,
  },
}

export const journal: TableMapping<JournalEntry> = {
  table: 'evidence_journal',
  key: ['id'],
  columns: {
    id: ({ id }) => id,
    source: ({ source }) => source,
    received_at: ({ receivedAt }) => receivedAt,
    out_trade_no: ({ outTradeNo }) => outTradeNo,
    trade_key: ({ outTradeNo }) => (outTradeNo === null ? null : tradeKeyOf(outTradeNo)),
    body: ({ body }) => body,
    verdict: ({ verdict }) => verdict,
  },
}

export const schedule: TableMapping<ScheduleEntry> = {
  table: 'poll_schedule',
  key: ['purpose', 'pay_no', 'out_request_no'],
  columns: {
    purpose: ({ purpose }) => purpose,
    pay_no: ({ payNo }) => BigInt(payNo),
    out_request_no: ({ outRequestNo }) => outRequestNo,
    due_at: ({ dueAt }) => dueAt,
  },
}

export const operatorActions: TableMapping<OperatorAction> = {
  table: 'operator_action',
  key: ['id'],
  columns: {
    id: ({ id }) => BigInt(id),
    at: ({ at }) => at,
    actor: ({ actor }) => actor,
    kind: ({ kind }) => kind,
    subject: ({ subject }) => subject,
    order_id: ({ orderId }) => bigintOrNull(orderId),
    reason: ({ reason }) => reason,
    detail: ({ detail }) => detail,
  },
}

const bigintOrNull = (id: string | null | undefined) => (id === null || id === undefined ? null : BigInt(id))
