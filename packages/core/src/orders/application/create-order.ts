import { CheckoutError } from '../../shared/checkout-error.js'
import { orderId, payNo, type UserId } from '../../shared/identifiers.js'
import { retryConflicts } from '../../shared/retry-conflicts.js'
import { OrderStatus } from '../../shared/status-codes.js'
import { checkNewAttempt, newOrder, type Order, type OrderRequest } from '../domain/order.js'
import { checkGoodsTotal } from '../domain/order-goods.js'
import { newPayRecord, type PayRecord } from '../domain/pay-record.js'
import type { OrderStores } from '../ports/order-stores.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'priceSources' | 'clock' | 'ids' | 'tokens' | 'settings'>

/** Stores an order, or finds the one there is, and adds an attempt to pay it. */
export function createOrder(dependencies: Dependencies) {
  const { unitOfWork, clock, ids, tokens, settings } = dependencies
  return async (userId: UserId, request: OrderRequest): Promise<PayRecord> => {
    await checkPrice(dependencies, userId, request)
    const [orderNumber, payNumber] = await Promise.all([ids.nextId(), ids.nextId()])
    const now = clock.now()
    const id = orderId(orderNumber)
    const wanted = newOrder({ id, userId, request, now, timeToLiveMs: settings.orderTimeToLiveMs })
    const attempt = { payNo: payNo(payNumber), token: tokens.nextToken(), addresses: settings.payAddresses, now }

    const store = async ({ orders, payRecords }: OrderStores): Promise<PayRecord> => {
      const { order, inserted } = await orders.insertOrRead(wanted)
      const open = inserted ? order : await openForAttempt(orders, order, wanted)
      const payRecord = newPayRecord({ ...attempt, order: open })
      await payRecords.insert(payRecord)
      return payRecord
    }
    return retryConflicts(() => unitOfWork.run(store))
  }
}

async function checkPrice({ priceSources }: Dependencies, userId: UserId, request: OrderRequest): Promise<void> {
  const source = Object.hasOwn(priceSources, request.orderType) ? priceSources[request.orderType] : undefined
  if (source === undefined) {
    throw new CheckoutError('unknown_order_type', `Nothing is sold here under the order type ${request.orderType}.`)
  }
  const price = await source.priceOf({ outBusinessId: request.outBusinessId, userId })
  if (price !== request.totalPrice)
    throw new CheckoutError('price_mismatch', 'totalPrice is not the price of this order.')
  checkGoodsTotal(request.goods, request.totalPrice)
}

/** The conditional write also keeps out an order that is being paid or closed at this moment. */
async function openForAttempt(orders: OrderStores['orders'], order: Order, wanted: Order): Promise<Order> {
  checkNewAttempt(order, wanted.userId, wanted)
  const { expireDate } = wanted
  const change = { from: order.status, to: OrderStatus.unpaid, expireDate }
  if (await orders.change(order.id, change)) return { ...order, status: OrderStatus.unpaid, expireDate }
  throw new CheckoutError('state_conflict', 'The order changed at this moment. Ask again.')
}
