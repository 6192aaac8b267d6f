import type { Clock, EpochMs } from './ports/clock.js'
import type { IdGenerator } from './ports/generators.js'

/** So many are listed. */
export const MAX_LISTED_ACTIONS = 200

export type OperatorActionKind = 'refund' | 'resolve' | 'close' | 'ask' | 'redeliver' | 'grant' | 'revoke'

/** Who did what, when and why. It is stored in the same commit as the change that it explains. */
export interface OperatorAction {
  /** A snowflake, drawn by the caller. */
  readonly id: string
  readonly at: EpochMs
  /** User id of the operator. */
  readonly actor: string
  readonly kind: OperatorActionKind
  /** What it concerns: an orderId, payNo, userId or message id. */
  readonly subject: string
  /** The order of a payment, refund or message, so that the order shows the action too; null for others. */
  readonly orderId: string | null
  /** The operator's own words; empty where none are asked for. */
  readonly reason: string
  /** The particulars: the amount, the decision, the course. */
  readonly detail: string
}

/** One entry of the operator log, to be stored in the commit of what it explains. */
export async function newOperatorAction(
  { ids, clock }: { readonly ids: IdGenerator; readonly clock: Clock },
  actor: string,
  action: Pick<OperatorAction, 'kind' | 'subject' | 'orderId' | 'reason'> & { readonly detail?: string },
): Promise<OperatorAction> {
  const { kind, subject, orderId, reason, detail = '' } = action
  return { id: await ids.nextId(), at: clock.now(), actor, kind, subject, orderId, reason, detail }
}
