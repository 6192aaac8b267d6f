import type { PaymentDoor } from '../ports/order-service.js'
import type { AskInTurn } from './ask-in-turn.js'
import { noSuchPayment } from './no-such-payment.js'
import type { OrderDependencies } from './order-dependencies.js'

/** Reads, and asks. Whatever the gateway put into the address is not looked at: anybody may open it. */
export function returnFromPayPage(
  { stores }: Pick<OrderDependencies, 'stores'>,
  ask: AskInTurn,
): PaymentDoor['returnFromPayPage'] {
  return async (token) => {
    const found = await stores.payRecords.find({ token })
    if (found === null) throw noSuchPayment()
    const payRecord = await ask(found)
    const order = await stores.orders.find(payRecord.orderId)
    if (order === null) throw noSuchPayment()
    return { payRecord, orderStatus: order.status }
  }
}
