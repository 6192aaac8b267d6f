import { CheckoutError } from '../../shared/checkout-error.js'
import { orderId, payNo, type UserId } from '../../shared/identifiers.js'
import { retryConflicts } from '../../shared/retry-conflicts.js'
import { OrderStatus } from '../../shared/status-codes.js'
import { together } from '../../shared/together.js'
import { checkNewAttempt, newOrder, type Order, type OrderRequest } from '../domain/order.js'
import { checkGoodsTotal } from '../domain/order-goods.js'
import { newPayRecord, type PayRecord } from '../domain/pay-record.js'
import type { OrderStores } from '../ports/order-stores.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<
  OrderDependencies,
  'unitOfWork' | 'stores' | 'priceSources' | 'clock' | 'ids' | 'tokens' | 'settings'
>

/** Stores an order, or finds the one there is, and adds an attempt to pay it. */
export function createOrder(dependencies: Dependencies) {
  const { unitOfWork, stores, clock, ids, tokens, settings } = dependencies
  return async (userId: UserId, request: OrderRequest): Promise<PayRecord> => {
    const [orderNumber, payNumber] = await Promise.all([ids.nextId(), ids.nextId()])
    const now = clock.now()
    const id = orderId(orderNumber)
    const wanted = newOrder({ id, userId, request, now, timeToLiveMs: settings.orderTimeToLiveMs })
    const attempt = { payNo: payNo(payNumber), token: tokens.nextToken(), addresses: settings.payAddresses, now }

    return retryConflicts(async () => {
      // Whatever changes behind this look is seen by the row counts.
      const [known] = await together(
        stores.orders.findBy({ outBusinessId: request.outBusinessId }),
        checkPrice(dependencies, userId, request),
      )
      const store = (bound: OrderStores): Promise<PayRecord> =>
        known === null ? storeNew(bound, wanted, attempt) : addAttempt(bound, known, wanted, attempt)
      return unitOfWork.run(store, { changesLast: true })
    })
  }
}

type NewAttempt = Omit<Parameters<typeof newPayRecord>[0], 'order'>

async function storeNew({ orders }: OrderStores, wanted: Order, attempt: NewAttempt): Promise<PayRecord> {
  const payRecord = newPayRecord({ ...attempt, order: wanted })
  if ((await orders.insertOrRead(wanted, payRecord)).inserted) return payRecord
  throw new CheckoutError('state_conflict', 'Somebody else has ordered this at this moment.')
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
async function addAttempt(
  { orders, payRecords }: OrderStores,
  order: Order,
  wanted: Order,
  attempt: NewAttempt,
): Promise<PayRecord> {
  checkNewAttempt(order, wanted.userId, wanted)
  const { expireDate } = wanted
  const open: Order = { ...order, status: OrderStatus.unpaid, expireDate }
  const payRecord = newPayRecord({ ...attempt, order: open })
  const change = { from: order.status, to: OrderStatus.unpaid, expireDate }
  const [opened] = await together(orders.change(order.id, change), payRecords.insert(payRecord))
  if (opened) return payRecord
  throw new CheckoutError('state_conflict', 'The order changed at this moment. Ask again.')
}
