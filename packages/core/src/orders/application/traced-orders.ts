import type { PayNo } from '../../shared/identifiers.js'
import type { SpanAttributes, Tracer } from '../../shared/ports/tracer.js'
import type { OrderCommit } from '../ports/order-repository.js'
import type { OrderStore } from '../ports/order-store.js'
import type { PaymentGateway } from '../ports/payment-gateway.js'

/** Each commit of an order is a span, which the messages of the commit continue. */
export function tracedOrderStore(store: OrderStore, tracer: Tracer): OrderStore {
  const { orders } = store
  return {
    ...store,
    orders: {
      find: (key) => orders.find(key),
      findMany: (ids) => orders.findMany(ids),
      listOverdue: (now, limit) => orders.listOverdue(now, limit),
      commit: (commit) =>
        tracer.trace('commit order', { kind: 'client', attributes: commitAttributes(commit) }, async (span) => {
          const traceparent = tracer.traceparent()
          const messages = commit.messages.map((message) => ({ ...message, traceparent }))
          const outcome = await orders.commit({ ...commit, messages })
          span.set({ 'coursepay.outcome': outcome })
          return outcome
        }),
    },
  }
}

/** The payment that the commit is about: of a journal entry or of a message; else the newest one. */
function commitAttributes({ after, journal, messages }: OrderCommit): SpanAttributes {
  const payNo = messages[0]?.payNo ?? journal[0]?.outTradeNo ?? after.payments.at(-1)?.payNo
  return { 'coursepay.order_id': after.id, 'coursepay.pay_no': payNo }
}

/** Each call of the gateway is a span. */
export function tracedGateway(gateway: PaymentGateway, tracer: Tracer): PaymentGateway {
  const tracedCall = <Answer extends { readonly kind: string }>(
    name: string,
    payNo: PayNo,
    send: () => Promise<Answer>,
  ) =>
    tracer.trace(`gateway ${name}`, { kind: 'client', attributes: { 'coursepay.pay_no': payNo } }, async (span) => {
      const answer = await send()
      span.set({ 'coursepay.answer': answer.kind })
      return answer
    })
  return {
    merchant: gateway.merchant,
    payPage: (payment, product) => {
      const attributes = { 'coursepay.pay_no': payment.payNo }
      return tracer.trace('gateway pay page', { kind: 'client', attributes }, () => gateway.payPage(payment, product))
    },
    query: (payNo) => tracedCall('query', payNo, () => gateway.query(payNo)),
    close: (payNo) => tracedCall('close', payNo, () => gateway.close(payNo)),
    refund: (instruction) => tracedCall('refund', instruction.payNo, () => gateway.refund(instruction)),
    queryRefund: (payNo, number) => tracedCall('refund query', payNo, () => gateway.queryRefund(payNo, number)),
  }
}
