import type { PayNo } from '../../../shared/identifiers.js'
import { findPayment, type Order } from '../../domain/order.js'
import { isUnpaid } from '../../domain/payment.js'
import type { JournalEntry } from '../../ports/evidence-journal.js'
import type { UseCaseDependencies } from '../update-order.js'

/** Why a payment was closed here: its time was over, somebody closed the order, or another payment paid it. */
export type CloseReason = 'expired' | 'by_buyer' | 'by_operator' | 'obsolete'

export type ClosureJournalEntriesOf = (before: Order, after: Order) => readonly JournalEntry[]

const NO_BODY = new Uint8Array()

/**
 * The journal entries of the payments that a decision closes, for their timelines: of a trade that nobody opened, the
 * gateway says nothing. Ids are drawn before the decision.
 */
export async function prepareClosureEntriesOf(
  { ids, clock }: Pick<UseCaseDependencies, 'ids' | 'clock'>,
  payNos: Iterable<PayNo>,
  reason: CloseReason,
): Promise<ClosureJournalEntriesOf> {
  const drawn = await Promise.all([...payNos].map(async (payNo) => ({ payNo, id: await ids.nextId() })))
  const receivedAt = clock.now()
  const isClosedBy = (before: Order, after: Order, payNo: PayNo) => {
    const [old, next] = [findPayment(before, payNo), findPayment(after, payNo)]
    return old !== null && next !== null && isUnpaid(old) && !isUnpaid(next)
  }
  return (before, after) =>
    drawn
      .filter(({ payNo }) => isClosedBy(before, after, payNo))
      .map(({ payNo, id }) => ({ id, source: 'closed', receivedAt, outTradeNo: payNo, body: NO_BODY, verdict: reason }))
}
