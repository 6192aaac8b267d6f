import { CheckoutError } from '../../shared/checkout-error.js'
import { checkPayable, type PayRecord } from '../domain/pay-record.js'
import { firstPoll } from '../domain/poll-rhythm.js'
import type { OpenedPayPage, PayPageKey } from '../ports/order-service.js'
import { noSuchPayment } from './no-such-payment.js'
import type { OrderDependencies } from './order-dependencies.js'

type Dependencies = Pick<OrderDependencies, 'stores' | 'gateway' | 'clock'>

/** Sends a buyer on to the gateway, if this attempt may still be paid. All that is signed comes from the stored attempt. */
export function openPayPage({ stores, gateway, clock }: Dependencies) {
  return async (key: PayPageKey): Promise<OpenedPayPage> => {
    const payRecord = await findByKey(stores, key)
    const order = await stores.orders.find(payRecord.orderId)
    if (order === null) throw noSuchPayment()
    const now = clock.now()
    checkPayable(payRecord, order, now)
    // From now on it can be paid, and the notification may be lost.
    await stores.watch.begin(payRecord.payNo, firstPoll(now))
    const { orderName, totalPrice } = payRecord
    return { ...(await gateway.payPage(payRecord)), orderName, totalPrice }
  }
}

async function findByKey(stores: Dependencies['stores'], key: PayPageKey): Promise<PayRecord> {
  const payRecord = await stores.payRecords.find('token' in key ? { token: key.token } : { payNo: key.payNo })
  if (payRecord === null) throw noSuchPayment()
  if ('actor' in key && payRecord.userId !== key.actor.userId) {
    throw new CheckoutError('not_yours', 'This payment belongs to another user.')
  }
  if (key.payNo !== undefined && key.payNo !== payRecord.payNo) throw noSuchPayment()
  return payRecord
}
