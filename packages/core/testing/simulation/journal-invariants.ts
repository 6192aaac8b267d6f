import type { EndState, PaymentAtTheEnd } from './end-state.js'

/** Every notification that was answered stands in the journal, byte for byte. */
export const journalInvariants = ({ orders, answered }: EndState): string[] => {
  const payments = new Map<string, PaymentAtTheEnd>(
    orders.flatMap((order) => order.payments.map((payment) => [payment.payment.payNo, payment])),
  )
  return answered.flatMap(({ payNo, body, answer }) => {
    const entries = payments.get(payNo)?.journal ?? []
    const kept = entries.some((entry) => entry.source === 'notify' && sameBytes(entry.body, body))
    return kept ? [] : [`A notification of ${payNo} was answered with ${answer}, and is not in the journal.`]
  })
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, index) => byte === other[index])
