import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId, PayNo } from '../../shared/identifiers.js'
import { keyedQueue } from '../../shared/keyed-queue.js'
import { withReference } from '../../shared/payment-reference.js'
import { retryOnConflict } from '../../shared/retry-on-conflict.js'
import { checkOrder } from '../domain/check-order.js'
import type { Order } from '../domain/order.js'
import type { JournalEntry } from '../ports/evidence-journal.js'
import type { OrderCommit, OrderKey } from '../ports/order-repository.js'
import type { OrderStore } from '../ports/order-store.js'
import type { OrderDependencies } from './order-dependencies.js'

/** What a pure function decided about an order. What is left out is empty. */
export interface OrderDecision<Result> extends Partial<Omit<OrderCommit, 'before' | 'after'>> {
  /** The next order; the same object as before when it does not change; null when there is none. */
  readonly after: Order | null
  readonly result: Result
}

/** Reads an order, lets `decide` decide, and commits. The only way in which an order changes. */
export type UpdateOrder = <Result>(
  key: OrderKey,
  decide: (order: Order | null) => OrderDecision<Result>,
) => Promise<Result>

/**
 * The one loop of the order service. `decide` is pure and may be called again after a conflict: ids and times are drawn
 * before. Callers of one order queue inside the process. Errors: what `decide` throws, `state_conflict` after five
 * conflicts, `invariant_violated`, `store_unavailable`.
 */
export function orderUpdater(dependencies: Pick<OrderDependencies, 'store' | 'scheduler' | 'wakeRelay'>): UpdateOrder {
  const { store, scheduler, wakeRelay } = dependencies
  const queue = keyedQueue()
  return async (key, decide) => {
    const reference: { orderId?: OrderId; payNo?: PayNo } = 'payNo' in key ? { payNo: key.payNo } : {}
    let known: Order | null | undefined = await withReference(reference, () => store.orders.find(key))
    const change = (waited: boolean) => {
      if (waited) known = undefined
      return retryOnConflict(scheduler, async () => {
        const before = known === undefined ? await store.orders.find(key) : known
        known = undefined
        if (before !== null) reference.orderId = before.id
        const decided = decide(before)
        return (await commitDecision(store, before, decided)) === 'conflict' ? 'conflict' : { result: decided }
      })
    }
    const decision = await withReference(reference, () => queue(queueKey(key, known ?? null), change))
    if (decision.messages !== undefined && decision.messages.length > 0) wakeRelay()
    return decision.result
  }
}

/** Every key of one order leads to one queue. */
function queueKey(key: OrderKey, order: Order | null): string {
  const { orderType, outBusinessId } = order ?? { orderType: '', outBusinessId: JSON.stringify(key) }
  return 'orderType' in key ? `${key.orderType}/${key.outBusinessId}` : `${orderType}/${outBusinessId}`
}

async function commitDecision(
  store: OrderStore,
  before: Order | null,
  { after, messages = [], journal = [], actions = [], schedule = [] }: OrderDecision<unknown>,
): Promise<'committed' | 'conflict'> {
  if (after === null) {
    await Promise.all(journal.map((entry) => store.journal.append(entry)))
    return 'committed'
  }
  const isChanged = after !== before
  const broken = isChanged ? checkOrder(before, after) : null
  if (broken !== null) {
    await journalViolation(store, journal, broken)
    throw new CheckoutError('invariant_violated', `Order ${after.id} does not change: ${broken}.`)
  }
  if (!isChanged && messages.length + journal.length + actions.length + schedule.length === 0) return 'committed'
  const next = isChanged ? { ...after, version: (before?.version ?? 0) + 1 } : after
  return store.orders.commit({ before, after: next, messages, journal, actions, schedule })
}

/** The order stays as it is, and so does the proof that would have broken it. */
async function journalViolation(store: OrderStore, journal: readonly JournalEntry[], broken: string): Promise<void> {
  const entries = journal.map((entry) => ({ ...entry, verdict: `invariant violated: ${broken}` }))
  await Promise.all(entries.map((entry) => store.journal.append(entry)))
}
