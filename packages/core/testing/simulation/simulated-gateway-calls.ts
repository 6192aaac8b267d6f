import type { PaymentGateway, RefundAnswer, RefundInstruction } from '../../src/orders/ports/payment-gateway.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import type { CallKind, Fault } from './faults.js'
import type { Knowledge } from './knowledge.js'
import type { PortCalls, ProcessLife } from './port-calls.js'

const noAnswer = { kind: 'unknown', reason: 'the simulator lost the answer' } as const
const refused = { kind: 'refused', reason: 'the simulator says no' } as const

export interface GatewayObserver {
  /** A call that got no answer took its time. */
  readonly passTime: () => void
  readonly onNoTrade: (payNo: PayNo) => void
  readonly known: Pick<Knowledge, 'acceptedRefunds'>
}

/** The gateway as our code reaches it: over a network that loses questions and answers. */
export function simulatedGatewayCalls(
  gateway: PaymentGateway,
  calls: PortCalls,
  life: ProcessLife,
  { passTime, onNoTrade, known }: GatewayObserver,
): PaymentGateway {
  /** `others`: what the gateway answers under a fault of its own. */
  const ask = <Answer>(
    kind: CallKind,
    label: string,
    act: () => Promise<Answer>,
    others: Partial<Record<Fault, () => Promise<Answer>>> = {},
  ) => {
    const faulty = async (fault: Fault): Promise<Answer | typeof noAnswer> => {
      const other = others[fault]
      if (other !== undefined) return other()
      if (fault === 'timeout_after') await act()
      passTime()
      return noAnswer
    }
    return calls.inTurn<Answer | typeof noAnswer>({ life, kind, label: `gateway.${label}`, act, faulty })
  }

  /**
   * A number that was taken stands for a refund that is made: a no to it would be a lie, and no gateway tells that one.
   */
  function refund(instruction: RefundInstruction): Promise<RefundAnswer> {
    const key = `${instruction.payNo} ${instruction.outRequestNo}`
    const act = async () => {
      const answer = await gateway.refund(instruction)
      if (answer.kind === 'succeeded' || answer.kind === 'accepted') known.acceptedRefunds.add(key)
      return answer
    }
    const refuse = async () => (known.acceptedRefunds.has(key) ? act() : refused)
    return ask<RefundAnswer>('refund', `refund ${key} ${instruction.amount}`, act, { refund_refused: refuse })
  }
  return {
    merchant: gateway.merchant,
    payPage: (attempt, product) => gateway.payPage(attempt, product),
    async query(payNo) {
      const noTrade = async () => ({ kind: 'no_trade' }) as const
      const answer = await ask('query', `query ${payNo}`, () => gateway.query(payNo), { no_trade: noTrade })
      if (answer.kind === 'no_trade') onNoTrade(payNo)
      return answer
    },
    close: (payNo) => ask('gateway', `close ${payNo}`, () => gateway.close(payNo)),
    refund,
    queryRefund: (payNo, number) =>
      ask('gateway', `queryRefund ${payNo} ${number}`, () => gateway.queryRefund(payNo, number)),
  }
}
