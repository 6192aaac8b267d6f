import { CheckoutError } from '../../shared/checkout-error.js'
import type { OrderId, PayNo } from '../../shared/identifiers.js'
import { withReference } from '../../shared/payment-reference.js'
import { type Attempt, updateLoop } from '../../shared/update-loop.js'
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

export type DecideOrder<Result> = (order: Order | null) => OrderDecision<Result>

/**
 * Reads an order, lets `decide` decide, and commits. The only way in which an order changes. Of a promise of `decide`
 * the order is read beside it.
 */
export type UpdateOrder = <Result>(
  key: OrderKey,
  decide: DecideOrder<Result> | Promise<DecideOrder<Result>>,
) => Promise<Result>

/**
 * The loop of the order service. `decide` is pure and may be called again after a conflict: ids and times are drawn
 * before. Errors: what `decide` throws, `state_conflict` after five conflicts, `invariant_violated`,
 * `store_unavailable`.
 */
export function orderUpdater({
  store,
  scheduler,
  wakeRelay,
}: Pick<OrderDependencies, 'store' | 'scheduler' | 'wakeRelay'>): UpdateOrder {
  const update = updateLoop<OrderKey, Order>({
    scheduler,
    find: (key) => store.orders.find(key),
    nameOfKey: (key) => ('orderType' in key ? nameOf(key) : null),
    nameOf,
  })
  return async (key, deciding) => {
    const reference: { orderId?: OrderId; payNo?: PayNo } = 'payNo' in key ? { payNo: key.payNo } : {}
    const tryBy =
      <Result>(decide: DecideOrder<Result>) =>
      async (before: Order | null): Promise<Attempt<Order, OrderDecision<Result>> | 'conflict'> => {
        if (before !== null) reference.orderId = before.id
        const decision = decide(before)
        const committed = await commitDecision(store, before, decision)
        return committed === 'conflict' ? committed : { result: decision, committed }
      }
    const decision = await withReference(reference, () =>
      update(key, deciding instanceof Promise ? deciding.then(tryBy) : tryBy(deciding)),
    )
    if (decision.messages !== undefined && decision.messages.length > 0) wakeRelay()
    return decision.result
  }
}

const nameOf = ({ orderType, outBusinessId }: Pick<Order, 'orderType' | 'outBusinessId'>) =>
  `${orderType}/${outBusinessId}`

/** The order as it is stored now; undefined when it did not change. */
async function commitDecision(
  store: OrderStore,
  before: Order | null,
  { after, messages = [], journal = [], actions = [], schedule = [] }: OrderDecision<unknown>,
): Promise<Order | undefined | 'conflict'> {
  if (after === null) {
    await Promise.all(journal.map((entry) => store.journal.append(entry)))
    return
  }
  const isChanged = after !== before
  const broken = isChanged ? checkOrder(before, after) : null
  if (broken !== null) {
    await journalViolation(store, journal, broken)
    throw new CheckoutError('invariant_violated', `Order ${after.id} does not change: ${broken}.`)
  }
  if (!isChanged && messages.length + journal.length + actions.length + schedule.length === 0) return
  const next = isChanged ? { ...after, version: (before?.version ?? 0) + 1 } : after
  const outcome = await store.orders.commit({ before, after: next, messages, journal, actions, schedule })
  if (outcome === 'conflict') return outcome
  // Without a guard nothing says that the order is still as it was read.
  return isChanged ? next : undefined
}

/** The order stays as it is, and so does the proof that would have broken it. */
async function journalViolation(store: OrderStore, journal: readonly JournalEntry[], broken: string): Promise<void> {
  const entries = journal.map((entry) => ({ ...entry, verdict: `invariant violated: ${broken}` }))
  await Promise.all(entries.map((entry) => store.journal.append(entry)))
}
