import { CheckoutError } from '../../../shared/checkout-error.js'
import { newOperatorAction } from '../../../shared/operator-action.js'
import { resolveHeldPayment } from '../../domain/resolve-held-payment.js'
import type { OperatorService } from '../../ports/operator-service.js'
import { loadPayment } from '../checkout/load-order.js'
import type { QueryGateway } from '../settlement/query-gateway.js'
import { newlyPendingRefundEntries } from '../settlement/settle-evidence.js'
import { drawDecisionFacts, type UseCaseDependencies, withExistingOrder } from '../update-order.js'

/** What operators do. Each action leaves an entry in the operator log, in the commit of the change. */
export function createOperatorService(dependencies: UseCaseDependencies, query: QueryGateway): OperatorService {
  const { store, updateOrder, wakeRelay } = dependencies
  return {
    async queryNow(payNo, actor) {
      const { order } = await loadPayment(store, { payNo })
      const subject = { kind: 'ask', subject: payNo, orderId: order.id, reason: '' } as const
      const gatewayStatus = await query({ payNo, action: await newOperatorAction(dependencies, actor.userId, subject) })
      return { gatewayStatus, payment: (await loadPayment(store, { payNo })).payment }
    },
    async resolveHeldPayment(payNo, decision, reason, actor) {
      const { order } = await loadPayment(store, { payNo })
      const subject = { kind: 'resolve', subject: payNo, orderId: order.id, reason, detail: decision } as const
      const action = await newOperatorAction(dependencies, actor.userId, subject)
      const facts = await drawDecisionFacts(dependencies)
      const decide = withExistingOrder((current) => {
        const { order: after, messages } = resolveHeldPayment(current, payNo, decision, facts)
        const schedule = newlyPendingRefundEntries(current, after, facts.now)
        return { after, messages, actions: [action], schedule, result: null }
      })
      await updateOrder({ payNo }, decide)
      return (await loadPayment(store, { payNo })).payment
    },
    async redeliver(id, actor) {
      const subject = { kind: 'redeliver', subject: id, orderId: null, reason: '' } as const
      const { orderId: _, ...action } = await newOperatorAction(dependencies, actor.userId, subject)
      const dead = await store.outbox.redeliver(id, action)
      if (dead === null) {
        throw new CheckoutError(
          'dead_message_not_found',
          `There is no dead letter with the id ${id}. It may have been redelivered already.`,
        )
      }
      wakeRelay()
      return dead.message
    },
  }
}
