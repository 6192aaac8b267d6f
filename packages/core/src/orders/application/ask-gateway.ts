import type { PayRecord } from '../domain/pay-record.js'
import type { TradeStatus } from '../domain/payment-evidence.js'
import type { OrderDependencies } from './order-dependencies.js'
import type { settlePayment } from './settle-payment.js'

/**
 * Asks the gateway about one attempt and settles what it proves; answers what the gateway said. No transaction is open
 * meanwhile. `unknown`, also for a proof that the gate refused, and `no_trade` change nothing.
 */
export function askGateway({ gateway }: Pick<OrderDependencies, 'gateway'>, settle: ReturnType<typeof settlePayment>) {
  return async ({ payNo }: Pick<PayRecord, 'payNo'>): Promise<TradeStatus | 'no_trade'> => {
    const answer = await gateway.query(payNo)
    if (answer.kind !== 'evidence') return answer.kind
    const { accepted } = await settle(answer.evidence, answer.body)
    return accepted ? answer.evidence.tradeStatus : 'unknown'
  }
}

export type AskGateway = ReturnType<typeof askGateway>
