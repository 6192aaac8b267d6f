import { CheckoutError } from './checkout-error.js'
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

/** Callers who shared a statement share its error, which may name another's payment by now: then it is wrapped. */
export function attachReferenceToError(error: unknown, reference: PaymentIds): unknown {
  if (!(error instanceof Error) || !Object.isExtensible(error)) return error
  const noted = paymentIdsInError(error)
  const isShared =
    CheckoutError.isInstance(error) &&
    (['orderId', 'payNo'] as const).some((each) => differs(noted[each], reference[each]))
  const own = isShared ? new CheckoutError(error.code, error.message, { cause: error }) : error
  const value = isShared ? reference : { ...reference, ...noted }
  return Object.defineProperty(own, REFERENCE_KEY, { value, configurable: true })
}

const differs = (one: string | undefined, other: string | undefined) =>
  one !== undefined && other !== undefined && one !== other

/** What an error or one of its causes concerns; nothing when none of them says so. */
export function paymentIdsInError(error: unknown): PaymentIds {
  let at = error
  for (let depth = 0; at instanceof Error && depth < MAX_CAUSES; depth += 1) {
    if (REFERENCE_KEY in at) return Object(at[REFERENCE_KEY])
    at = at.cause
  }
  return {}
}
