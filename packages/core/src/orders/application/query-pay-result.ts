import { CheckoutError } from '../../shared/checkout-error.js'
import type { PayNo } from '../../shared/identifiers.js'
import type { PayRecord } from '../domain/pay-record.js'
import type { Actor } from '../ports/order-service.js'
import type { AskInTurn } from './ask-in-turn.js'
import { noSuchPayment } from './no-such-payment.js'
import type { OrderDependencies } from './order-dependencies.js'

/** The stored attempt, for its owner, after the gateway was asked if need be. */
export function queryPayResult({ stores }: Pick<OrderDependencies, 'stores'>, ask: AskInTurn) {
  return async (payNo: PayNo, actor: Actor): Promise<PayRecord> => {
    const payRecord = await stores.payRecords.find({ payNo })
    if (payRecord === null) throw noSuchPayment()
    if (payRecord.userId !== actor.userId) {
      throw new CheckoutError('not_yours', 'This payment belongs to another user.')
    }
    return ask(payRecord)
  }
}
