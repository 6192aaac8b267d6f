import { CheckoutError } from '../../shared/checkout-error.js'
import { messageId } from '../../shared/identifiers.js'
import type { EpochMs } from '../../shared/ports/clock.js'
import { retryConflicts } from '../../shared/retry-conflicts.js'
import { MessageType, OrderStatus, PayStatus } from '../../shared/status-codes.js'
import { isGivenBack, type Refund, type RefundStatus } from '../domain/refund.js'
import type { OrderStores } from '../ports/order-stores.js'
import type { RefundAnswer } from '../ports/payment-gateway.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'gateway' | 'clock' | 'ids' | 'wakeRelay'>

/**
 * Gives one refund back at the gateway, always under the number that was stored before, and stores how it ended. No transaction is
 * open during the calls. An unclear outcome stays pending.
 */
export function payBack(dependencies: Dependencies) {
  const { unitOfWork, gateway, clock, ids, wakeRelay } = dependencies
  return async (refund: Refund): Promise<RefundStatus> => {
    const end = endOf(await ask(gateway, refund))
    if (end === 'pending') return end
    const [now, message] = [clock.now(), await ids.nextId()]
    await retryConflicts(() => unitOfWork.run((stores) => finish(stores, refund, end, { now, message })))
    wakeRelay()
    return end
  }
}

export type PayBack = ReturnType<typeof payBack>

/** What the refund query knows for certain comes first; a refund that it does not know is sent, or sent once more. */
async function ask(gateway: Dependencies['gateway'], refund: Refund): Promise<RefundAnswer> {
  const { payNo, amount, reason, outRequestNo } = refund
  const known = await gateway.queryRefund(payNo, outRequestNo)
  if (known.kind === 'unknown') return known
  if (known.kind === 'succeeded') {
    return known.amount === amount ? { kind: 'succeeded' } : { kind: 'unknown', reason: 'another amount went back' }
  }
  return gateway.refund({ payNo, amount, reason, outRequestNo })
}

function endOf(answer: RefundAnswer): RefundStatus {
  switch (answer.kind) {
    case 'succeeded':
      return 'succeeded'
    case 'refused':
      return 'failed'
    case 'accepted':
    case 'trade_closed':
    case 'unknown':
      return 'pending'
  }
}

async function finish(
  stores: OrderStores,
  refund: Refund,
  end: 'succeeded' | 'failed',
  { now, message }: { readonly now: number; readonly message: string },
): Promise<void> {
  // Refunds of one payment that end at the same moment meet at its row. Each would miss the other's end otherwise (READ COMMITTED),
  // and nobody would see that all was given back.
  await stores.payRecords.change(refund.payNo, { from: PayStatus.paid, to: PayStatus.paid })
  if (!(await isEnded(stores.refunds, refund, end, now)) || end === 'failed') return
  const payment = await stores.payRecords.find({ payNo: refund.payNo })
  if (payment === null || !isGivenBack(payment, await stores.refunds.listOf(refund.orderId))) return
  // Money that never paid the order leaves the order as it is.
  if (payment.receipt === 'booked') await refundOrderWhole(stores, refund, message)
  must(await stores.payRecords.change(payment.payNo, { from: PayStatus.paid, to: PayStatus.refunded }))
}

/** Money that moved counts, also when another caller has been told no meanwhile: a refund that stays failed would be made once more. */
async function isEnded(refunds: OrderStores['refunds'], { id }: Refund, end: 'succeeded' | 'failed', now: EpochMs) {
  if (await refunds.finish(id, end, now)) return true
  return end === 'succeeded' && (await refunds.reopen(id)) && (await refunds.finish(id, end, now))
}

async function refundOrderWhole({ orders, outbox }: OrderStores, refund: Refund, message: string): Promise<void> {
  const order = await orders.find(refund.orderId)
  if (order === null) throw new CheckoutError('order_not_found', 'The order of this refund is gone.')
  must(await orders.change(order.id, { from: OrderStatus.paid, to: OrderStatus.refunded }))
  await outbox.append({
    id: messageId(message),
    messageType: MessageType.refundResult,
    businessKey1: order.outBusinessId,
    businessKey2: order.orderType,
    businessKey3: null,
  })
}

/** No row changed: somebody else changed the order at this moment. The transaction is undone and decided anew. */
function must(changed: boolean): void {
  if (!changed) throw new CheckoutError('state_conflict', 'The payment changed at this moment.')
}
