import type { OrderRepository } from '../orders/ports/order-repository.js'
import { CheckoutError } from '../shared/checkout-error.js'
import { OrderStatus } from '../shared/status-codes.js'
import { byAge } from './by-age.js'
import type { OrderSession } from './in-memory-order-tables.js'
import { addPayRecord } from './in-memory-pay-record-repository.js'

export function inMemoryOrderRepository(session: OrderSession): OrderRepository {
  return {
    insertOrRead: (order, first) =>
      session.write((tables) => {
        const { orders, orderIdByBusiness } = tables
        const stored = orders.get(orderIdByBusiness.get(order.outBusinessId) ?? '')
        if (stored !== undefined) return { order: stored, inserted: false }
        if (orders.get(order.id) !== undefined) throw new CheckoutError('state_conflict', 'This order id is taken.')
        if (first !== undefined) addPayRecord(tables, first)
        orders.set(order.id, order)
        orderIdByBusiness.set(order.outBusinessId, order.id)
        return { order: orders.get(order.id) ?? order, inserted: true }
      }),
    find: (id) => session.read(({ orders }) => orders.get(id) ?? null),
    findBy: (key) =>
      session.read(({ orders, orderIdByBusiness, payRecords }) => {
        const id =
          'payNo' in key ? payRecords.get(key.payNo)?.payRecord.orderId : orderIdByBusiness.get(key.outBusinessId)
        return orders.get(id ?? '') ?? null
      }),
    change: (id, { from, to, fromExpireDate, expireDate }) =>
      session.write(({ orders }) => {
        const order = orders.get(id)
        if (order?.status !== from || (fromExpireDate ?? order.expireDate) !== order.expireDate) return false
        orders.set(id, { ...order, status: to, expireDate: expireDate ?? order.expireDate })
        return true
      }),
    listOverdue: (now, limit) =>
      session.read(({ orders }) =>
        orders
          .all()
          .filter((order) => order.status === OrderStatus.unpaid && order.expireDate <= now)
          .sort(
            byAge(
              (order) => order.expireDate,
              (order) => order.id,
            ),
          )
          .slice(0, limit),
      ),
  }
}
