import { CheckoutError } from '../../shared/checkout-error.js'
import { type OrderId, refundId } from '../../shared/identifiers.js'
import {
  bookedPayment,
  checkSameRefund,
  exceedsRest,
  newRefund,
  type Refund,
  type RefundRequest,
} from '../domain/refund.js'
import type { Actor } from '../ports/order-service.js'
import type { OrderStores } from '../ports/order-stores.js'
import { findForActor } from './get-order.js'
import type { OrderDependencies } from './order-dependencies.js'
import type { PayBack } from './pay-back.js'
import { REFUND_LEASE_MS } from './refund-due.js'

type Dependencies = Pick<OrderDependencies, 'unitOfWork' | 'stores' | 'clock' | 'ids'>

/**
 * Refunds an order, whole or in part, on an operator's word: stores the refund first, then asks the gateway. The number of a refund
 * that failed tries that one again, also one that nobody asked for (`surplus`, `late`).
 */
export function refundOrder({ unitOfWork, stores, clock, ids }: Dependencies, payBack: PayBack) {
  return async (orderId: OrderId, request: RefundRequest, actor: Actor): Promise<Refund> => {
    if (!actor.operator) throw new CheckoutError('operators_only', 'Only an operator gives money back.')
    const order = await findForActor(stores, orderId, actor)
    const id = refundId(await ids.nextId())
    const { refund, isOurs } = await unitOfWork.run(async ({ payRecords, refunds }) => {
      const others = await refunds.listOf(orderId)
      // Of whatever attempt: the number of a surplus refund that failed must never give back the payment that was booked.
      const known = others.find(({ outRequestNo }) => outRequestNo === request.outRequestNo)
      if (known !== undefined) return again(refunds, known, request)
      const payment = bookedPayment(order, await payRecords.listOf(orderId))
      const wanted = newRefund({ id, payment, refunds: others, request, now: clock.now() })
      return open(refunds, wanted, request)
    })
    if (isOurs) await payBack(refund)
    const after = await stores.refunds.listOf(orderId)
    return after.find((each) => each.id === refund.id) ?? refund
  }
}

/**
 * `isOurs`: under our lease, so that nobody else asks the gateway meanwhile. Of two callers who ask for one refund, one may be told no
 * while the other's money moves and the answer is lost: it would stand as failed, and nobody would ask again.
 */
interface Taken {
  readonly refund: Refund
  readonly isOurs: boolean
}

async function open(refunds: OrderStores['refunds'], wanted: Refund, request: RefundRequest): Promise<Taken> {
  switch (await refunds.open(wanted, REFUND_LEASE_MS)) {
    case 'opened':
      return { refund: wanted, isOurs: true }
    case 'too_much':
      throw exceedsRest()
    case 'known': {
      // Two callers with one number at the same moment: the other was quicker.
      const known = (await refunds.listOf(wanted.orderId)).find(
        ({ payNo, outRequestNo }) => payNo === wanted.payNo && outRequestNo === wanted.outRequestNo,
      )
      return again(refunds, known ?? wanted, request)
    }
  }
}

/** The same number stands for the same refund; one that failed is tried once more under it. */
async function again(refunds: OrderStores['refunds'], known: Refund, request: RefundRequest): Promise<Taken> {
  checkSameRefund(known, request)
  if (known.status !== 'failed') return { refund: known, isOurs: false }
  if (!(await refunds.reopen(known.id, REFUND_LEASE_MS))) throw exceedsRest()
  return { refund: { ...known, status: 'pending', finishDate: null }, isOurs: true }
}
