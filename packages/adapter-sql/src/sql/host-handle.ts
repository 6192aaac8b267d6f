import { CheckoutError } from '@coursepay/core'

/** A knex transaction, as far as it is used: its client lends the one connection on which it runs. */
interface KnexTransaction {
  readonly isTransaction: true
  readonly client: { acquireConnection(): Promise<unknown> }
}

const isKnexTransaction = (handle: unknown): handle is KnexTransaction =>
  typeof handle === 'function' && 'isTransaction' in handle && handle.isTransaction === true && 'client' in handle

/** The driver's own connection under what a host calls its transaction. */
export async function unwrapKnexTransaction(transaction: unknown): Promise<unknown> {
  return isKnexTransaction(transaction) ? await transaction.client.acquireConnection() : transaction
}

export const unusableHandleError = (what: string): CheckoutError =>
  new CheckoutError('invalid_request', `A transaction of the host must be a knex transaction or ${what}.`)

/** What only the host can mend: its whole transaction is to be run again, or is gone already. */
export const transactionConflictError = (cause: unknown): CheckoutError => {
  const sentence = 'The transaction met another one: roll it back and run it again.'
  return new CheckoutError('state_conflict', sentence, { cause })
}
