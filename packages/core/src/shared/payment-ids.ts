import type { OrderId, PayNo } from './identifiers.js'

/** Which order and payment something concerns, as far as it is known: for logs and traces. */
export interface PaymentIds {
  readonly orderId?: OrderId | undefined
  readonly payNo?: PayNo | undefined
}

/** By a registered symbol, so that it is found on an error of another copy of core too. */
const REFERENCE_KEY = Symbol.for('coursepay.reference')
const MAX_CAUSES = 4

/** Notes on the error of `work` what it concerns. What was noted before, nearer to the fault, stays. */
export async function withPaymentIdsOnError<Result>(
  reference: PaymentIds,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw attachReferenceToError(error, reference)
  }
}

export function attachReferenceToError(error: unknown, reference: PaymentIds): unknown {
  if (error instanceof Error && Object.isExtensible(error)) {
    const value = { ...reference, ...paymentIdsInError(error) }
    Object.defineProperty(error, REFERENCE_KEY, { value, configurable: true })
  }
  return error
}

/** What an error or one of its causes concerns; nothing when none of them says so. */
export function paymentIdsInError(error: unknown): PaymentIds {
  let at = error
  for (let depth = 0; at instanceof Error && depth < MAX_CAUSES; depth += 1) {
    if (REFERENCE_KEY in at) return Object(at[REFERENCE_KEY])
    at = at.cause
  }
  return {}
}
