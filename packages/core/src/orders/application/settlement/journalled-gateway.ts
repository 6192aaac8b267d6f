import type { PayNo } from '../../../shared/identifiers.js'
import type { Span } from '../../../shared/ports/tracer.js'
import { noopTracer } from '../../../shared/tracing.js'
import type { JournalSource } from '../../ports/evidence-journal.js'
import type { PaymentGateway } from '../../ports/payment-gateway.js'
import type { OrderDependencies } from '../order-dependencies.js'

type JournalledGatewayDependencies = Pick<OrderDependencies, 'gateway' | 'store' | 'clock' | 'ids' | 'tracer'>

interface GatewayAnswer {
  readonly kind: string
  readonly reason?: string
  readonly body?: Uint8Array | undefined
}

const NO_BODY = new Uint8Array()

/**
 * The gateway, each of whose answers is in the journal before anybody acts on it. A proof (`evidence`) is journalled by
 * the settlement, in one transaction with what it changes. A call that brought no answer stands there too, with its
 * reason. Each call is a span.
 */
export function journalledGateway(dependencies: JournalledGatewayDependencies): PaymentGateway {
  const { gateway, store, clock, ids, tracer = noopTracer } = dependencies
  const traced = <Result>(name: string, payNo: PayNo, call: (span: Span) => Promise<Result>): Promise<Result> =>
    tracer.trace(`gateway ${name}`, { kind: 'client', attributes: { 'coursepay.pay_no': payNo } }, call)
  async function journalled<Result extends GatewayAnswer>(
    source: JournalSource,
    payNo: PayNo,
    call: () => Promise<Result>,
  ): Promise<Result> {
    const answer = await traced(source.replace('_', ' '), payNo, async (span) => {
      const result = await call()
      span.set({ 'coursepay.answer': result.kind })
      return result
    })
    if (answer.kind === 'evidence') return answer
    const { kind, reason, body = NO_BODY } = answer
    const verdict = reason === undefined ? kind : `${kind}: ${reason}`
    const id = await ids.nextId()
    await store.journal.append({ id, source, receivedAt: clock.now(), outTradeNo: payNo, body, verdict })
    return answer
  }
  return {
    merchant: gateway.merchant,
    payPage: (payment, product) => traced('pay page', payment.payNo, () => gateway.payPage(payment, product)),
    query: (payNo) => journalled('query', payNo, () => gateway.query(payNo)),
    close: (payNo) => journalled('close', payNo, () => gateway.close(payNo)),
    refund: (instruction) => journalled('refund', instruction.payNo, () => gateway.refund(instruction)),
    queryRefund: (payNo, number) => journalled('refund_query', payNo, () => gateway.queryRefund(payNo, number)),
  }
}
