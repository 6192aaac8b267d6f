import type { Order, Payment, Refund } from '@coursepay/core'
import { readId, readNumber, readNumberOrNull, readText, readTextOrNull } from '../sql/row-values.js'
import type { Row } from '../sql/statement.js'

export function toOrder(row: Row, payments: readonly Payment[], refunds: readonly Refund[]): Order {
  return {
    id: readId(row, 'id'),
    outBusinessId: readText(row, 'out_business_id'),
    orderType: readText(row, 'order_type'),
    userId: readText(row, 'user_id'),
    totalPrice: readNumber(row, 'total_price'),
    orderName: readText(row, 'order_name'),
    orderDescrip: readTextOrNull(row, 'order_descrip'),
    orderDetail: readText(row, 'order_detail'),
    status: readText(row, 'status'),
    createDate: readNumber(row, 'create_date'),
    expireDate: readNumber(row, 'expire_date'),
    version: readNumber(row, 'version'),
    payments,
    refunds,
  }
}

export const toPayment = (row: Row): Payment => ({
  payNo: readId(row, 'pay_no'),
  orderId: readId(row, 'order_id'),
  userId: readText(row, 'user_id'),
  orderName: readText(row, 'order_name'),
  totalPrice: readNumber(row, 'total_price'),
  status: readText(row, 'status'),
  createDate: readNumber(row, 'create_date'),
  expireDate: readNumber(row, 'expire_date'),
  token: readText(row, 'token'),
  notifyUrl: readText(row, 'notify_url'),
  returnUrl: readTextOrNull(row, 'return_url'),
  outPayNo: readTextOrNull(row, 'out_pay_no'),
  outPayChannel: readTextOrNull(row, 'out_pay_channel'),
  paySuccessTime: readNumberOrNull(row, 'pay_success_time'),
  receipt: readTextOrNull(row, 'receipt'),
})

export const toRefund = (row: Row): Refund => ({
  id: readId(row, 'id'),
  outRequestNo: readText(row, 'out_request_no'),
  orderId: readId(row, 'order_id'),
  payNo: readId(row, 'pay_no'),
  amount: readNumber(row, 'amount'),
  reason: readText(row, 'reason'),
  cause: readText(row, 'cause'),
  status: readText(row, 'status'),
  createDate: readNumber(row, 'create_date'),
  finishDate: readNumberOrNull(row, 'finish_date'),
})
