import type { NotifyAnswer } from '../ports/order-service.js'
import type { OrderDependencies } from './order-dependencies.js'
import type { settlePayment } from './settle-payment.js'

type Dependencies = Pick<OrderDependencies, 'notifyReader' | 'stores' | 'clock' | 'ids'>

/** Takes a notification of the gateway; answers `success` only after the commit. Every body is journalled with its verdict. */
export function receiveNotify(dependencies: Dependencies, settle: ReturnType<typeof settlePayment>) {
  const { notifyReader, stores, clock, ids } = dependencies
  return async (body: Uint8Array): Promise<NotifyAnswer> => {
    const reading = await notifyReader.read(body)
    if (reading.kind === 'genuine') {
      const { accepted, verdict } = await settle(reading.evidence, body)
      return { answer: accepted ? 'success' : 'fail', verdict }
    }
    const { reason, explanation = null, claimedOutTradeNo: outTradeNo } = reading
    const verdict = explanation === null ? reason : `${reason}: ${explanation}`
    const id = await ids.nextId()
    await stores.journal.record({ id, source: 'notify', receivedAt: clock.now(), outTradeNo, body, verdict })
    return { answer: 'fail', verdict: reason }
  }
}
