import { CheckoutError } from '../../shared/checkout-error.js'
import type { PayNo } from '../../shared/identifiers.js'
import { PayStatus } from '../../shared/status-codes.js'
import type { PayRecord } from '../domain/pay-record.js'
import type { Actor } from '../ports/order-service.js'
import type { AskGateway } from './ask-gateway.js'
import type { OrderDependencies } from './order-dependencies.js'
import type { QueryBudget } from './query-budget.js'

type Dependencies = Pick<OrderDependencies, 'stores' | 'clock' | 'settings'>

/** The stored attempt; an unpaid one is asked for at the gateway first, when its turn has come. */
export function queryPayResult({ stores, clock, settings }: Dependencies, ask: AskGateway, budget: QueryBudget) {
  return async (payNo: PayNo, actor: Actor): Promise<PayRecord> => {
    const payRecord = await findOwn(stores, payNo, actor)
    if (payRecord.status !== PayStatus.unpaid) return payRecord
    const now = clock.now()
    if (!(await stores.payRecords.takeQueryTurn(payNo, now, now + settings.queryIntervalMs))) return payRecord
    if (!budget.take()) return payRecord
    await ask(payRecord)
    return findOwn(stores, payNo, actor)
  }
}

async function findOwn({ payRecords }: Dependencies['stores'], payNo: PayNo, actor: Actor): Promise<PayRecord> {
  const payRecord = await payRecords.find({ payNo })
  if (payRecord === null) {
    throw new CheckoutError('pay_record_not_found', 'There is no such payment. Ask for a new code.')
  }
  if (payRecord.userId !== actor.userId) throw new CheckoutError('not_yours', 'This payment belongs to another user.')
  return payRecord
}
