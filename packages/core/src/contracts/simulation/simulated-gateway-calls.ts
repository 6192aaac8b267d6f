import type { PaymentGateway } from '../../orders/ports/payment-gateway.js'
import type { PayNo } from '../../shared/identifiers.js'
import type { CallKind, Fault } from './faults.js'
import type { PortCalls } from './port-calls.js'
import type { Life } from './turns.js'

const noAnswer = { kind: 'unknown', reason: 'the simulator lost the answer' } as const

/** The gateway as our code reaches it: over a network that loses questions and answers. */
export function simulatedGatewayCalls(
  gateway: PaymentGateway,
  calls: PortCalls,
  life: Life,
  { passTime, onNoTrade }: { readonly passTime: () => void; readonly onNoTrade: (payNo: PayNo) => void },
): PaymentGateway {
  const ask = <Answer>(kind: CallKind, label: string, act: () => Promise<Answer>, other: Answer | null = null) => {
    const faulty = async (fault: Fault): Promise<Answer | typeof noAnswer> => {
      if (fault === 'no_trade' && other !== null) return other
      if (fault === 'timeout_after') await act()
      passTime()
      return noAnswer
    }
    return calls.inTurn<Answer | typeof noAnswer>({ life, kind, label: `gateway.${label}`, act, faulty })
  }
  return {
    merchant: gateway.merchant,
    payPage: (attempt) => gateway.payPage(attempt),
    async query(payNo) {
      const answer = await ask('query', `query ${payNo}`, () => gateway.query(payNo), { kind: 'no_trade' })
      if (answer.kind === 'no_trade') onNoTrade(payNo)
      return answer
    },
    close: (payNo) => ask('gateway', `close ${payNo}`, () => gateway.close(payNo)),
    refund: (order) =>
      ask('gateway', `refund ${order.payNo} ${order.outRequestNo} ${order.amount}`, () => gateway.refund(order)),
    queryRefund: (payNo, number) =>
      ask('gateway', `queryRefund ${payNo} ${number}`, () => gateway.queryRefund(payNo, number)),
  }
}
