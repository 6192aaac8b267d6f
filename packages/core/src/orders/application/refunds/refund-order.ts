import { refundId } from '../../../shared/identifiers.js'
import { writeYuan } from '../../../shared/money.js'
import { newOperatorAction } from '../../../shared/operator-action.js'
import { openRefund } from '../../domain/open-refund.js'
import type { OrderService } from '../../ports/order-service.js'
import { checkOperator, loadOrderForActor } from '../checkout/load-order.js'
import { pendingRefundScheduleEntries, REFUND_PROCESSING_LEASE_MS } from '../settlement/settle-evidence.js'
import { type UseCaseDependencies, withExistingOrder } from '../update-order.js'
import type { ProcessRefund } from './process-refund.js'

type RefundOrderDependencies = Pick<UseCaseDependencies, 'store' | 'updateOrder' | 'clock' | 'ids'>

/**
 * Refunds an order, in whole or in part, on an operator's word: stores the refund first, under a lease, then asks the
 * gateway. The number of a refund that failed tries it again, also one that no operator opened (`surplus`, `late`).
 */
export function refundOrder(
  dependencies: RefundOrderDependencies,
  processRefund: ProcessRefund,
): OrderService['refundOrder'] {
  const { store, updateOrder, clock, ids } = dependencies
  return async (orderId, request, actor) => {
    checkOperator(actor)
    const order = await loadOrderForActor(store, orderId, actor)
    const id = refundId(await ids.nextId())
    const now = clock.now()
    const action = await newOperatorAction(dependencies, actor.userId, {
      kind: 'refund',
      subject: orderId,
      orderId,
      ...request,
    })
    const decide = withExistingOrder((current) => {
      const opened = openRefund(current, request, { id, now })
      const { payNo, outRequestNo, amount } = opened.refund
      // That of a known refund stands in the schedule, unless a process died at the wrong moment.
      const schedule = pendingRefundScheduleEntries([opened.refund], now + REFUND_PROCESSING_LEASE_MS)
      if (!opened.isNew) return { after: current, schedule, result: opened }
      const detail = `${outRequestNo}: ${writeYuan(amount)}`
      return { after: opened.order, actions: [{ ...action, subject: payNo, detail }], schedule, result: opened }
    })
    const { refund, isNew } = await updateOrder({ id: order.id }, decide)
    if (isNew) await processRefund(refund)
    const after = await loadOrderForActor(store, orderId, actor)
    return after.refunds.find((each) => each.id === refund.id) ?? refund
  }
}
