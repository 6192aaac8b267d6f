import type { PayNo } from '../../../shared/identifiers.js'
import type { JournalSource } from '../../ports/evidence-journal.js'
import type { PaymentGateway } from '../../ports/payment-gateway.js'
import type { OrderDependencies } from '../order-dependencies.js'

type JournalledGatewayDependencies = Pick<OrderDependencies, 'gateway' | 'store' | 'clock' | 'ids'>

interface GatewayAnswer {
  readonly kind: string
  readonly reason?: string
  readonly body?: Uint8Array | undefined
}

const NO_BODY = new Uint8Array()

/**
 * The gateway, each of whose answers is in the journal before anybody acts on it. A proof (`evidence`) is journalled by
 * the settlement, in one transaction with what it changes. A call that brought no answer stands there too, with its
 * reason.
 */
export function journalledGateway({ gateway, store, clock, ids }: JournalledGatewayDependencies): PaymentGateway {
  async function journalled<Result extends GatewayAnswer>(
    source: JournalSource,
    payNo: PayNo,
    call: Promise<Result>,
  ): Promise<Result> {
    const answer = await call
    if (answer.kind === 'evidence') return answer
    const { kind, reason, body = NO_BODY } = answer
    const verdict = reason === undefined ? kind : `${kind}: ${reason}`
    await store.journal.append({
      id: await ids.nextId(),
      source,
      receivedAt: clock.now(),
      outTradeNo: payNo,
      body,
      verdict,
    })
    return answer
  }
  return {
    merchant: gateway.merchant,
    payPage: (payment, product) => gateway.payPage(payment, product),
    query: (payNo) => journalled('query', payNo, gateway.query(payNo)),
    close: (payNo) => journalled('close', payNo, gateway.close(payNo)),
    refund: (instruction) => journalled('refund', instruction.payNo, gateway.refund(instruction)),
    queryRefund: (payNo, number) => journalled('refund_query', payNo, gateway.queryRefund(payNo, number)),
  }
}
