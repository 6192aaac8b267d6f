import { PayStatus } from '../../shared/status-codes.js'
import type { PayRecord } from '../domain/pay-record.js'
import type { AskGateway } from './ask-gateway.js'
import type { OrderDependencies } from './order-dependencies.js'
import type { QueryBudget } from './query-budget.js'

type Dependencies = Pick<OrderDependencies, 'stores' | 'clock' | 'settings'>

/** An unpaid attempt is asked for at the gateway, when its turn has come; what is stored afterwards. However many watch it. */
export function askInTurn({ stores, clock, settings }: Dependencies, ask: AskGateway, budget: QueryBudget) {
  return async (payRecord: PayRecord): Promise<PayRecord> => {
    const { payNo, status } = payRecord
    if (status !== PayStatus.unpaid) return payRecord
    const now = clock.now()
    if (!(await stores.payRecords.takeQueryTurn(payNo, now, now + settings.queryIntervalMs))) return payRecord
    if (!budget.take()) return payRecord
    await ask(payRecord)
    return (await stores.payRecords.find({ payNo })) ?? payRecord
  }
}

export type AskInTurn = ReturnType<typeof askInTurn>
