import type { OperatorAction } from '../../../shared/operator-action.js'
import type { Actor } from '../../ports/order-service.js'
import type { UseCaseDependencies } from '../use-case-dependencies.js'

/** One entry of the operator log, to be stored in the commit of what it explains. */
export async function operatorAction(
  { ids, clock }: Pick<UseCaseDependencies, 'ids' | 'clock'>,
  actor: Actor,
  action: Pick<OperatorAction, 'kind' | 'subject' | 'orderId' | 'reason'> & { readonly detail?: string },
): Promise<OperatorAction> {
  const { kind, subject, orderId, reason, detail = '' } = action
  return { id: await ids.nextId(), at: clock.now(), actor: actor.userId, kind, subject, orderId, reason, detail }
}
