import { fen, OrderStatus, orderId, outBusinessId, userId } from '@coursepay/core'

/** Every condition of a search alone, and some together. */
export const searchFilters = [
  { name: 'nothing', filter: {} },
  { name: 'status', filter: { status: OrderStatus.paid } },
  { name: 'user', filter: { userId: userId('v7') } },
  { name: 'order', filter: { orderId: orderId('7') } },
  { name: 'business id', filter: { outBusinessId: outBusinessId('v7') } },
  { name: 'trade number', filter: { outPayNo: 'v7' } },
  { name: 'time', filter: { from: 100, to: 800 } },
  { name: 'amount', filter: { minAmount: fen(100), maxAmount: fen(200) } },
  { name: 'status, time and amount', filter: { status: OrderStatus.paid, from: 100, to: 800, minAmount: fen(100) } },
  { name: 'user, status and time', filter: { userId: userId('v7'), status: OrderStatus.paid, from: 100 } },
] as const
