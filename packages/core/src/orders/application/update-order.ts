import { CheckoutError } from '../../shared/checkout-error.js'
import { messageId, type OrderId, type PayNo, refundId } from '../../shared/identifiers.js'
import { withPaymentIdsOnError } from '../../shared/payment-ids.js'
import type { SpanAttributes, Tracer } from '../../shared/ports/tracer.js'
import { noopTracer, traceCommit } from '../../shared/tracing.js'
import { createUpdateLoop, type StoredAggregate } from '../../shared/update-loop.js'
import type { DecisionFacts } from '../domain/automatic-refund.js'
import { checkOrder } from '../domain/check-order.js'
import { type Order, orderNotFoundError } from '../domain/order.js'
import type { OrderCommit, OrderKey } from '../ports/order-repository.js'
import type { OrderStore } from '../ports/order-store.js'
import type { OrderDependencies } from './order-dependencies.js'

/** What the order service works with, and the one loop that changes orders. */
export interface UseCaseDependencies extends OrderDependencies {
  readonly updateOrder: OrderUpdater
}

/** Draws what a decision about money may need. */
export async function drawDecisionFacts({
  ids,
  clock,
}: Pick<OrderDependencies, 'ids' | 'clock'>): Promise<DecisionFacts> {
  const [refund, message] = await Promise.all([ids.nextId(), ids.nextId()])
  return { now: clock.now(), refundId: refundId(refund), messageId: messageId(message) }
}

/** What a pure function decided about an order. What is left out is empty. */
export interface OrderDecision<Result> extends Partial<Omit<OrderCommit, 'before' | 'after'>> {
  /** The next order; the same object as before when it does not change; null when there is none. */
  readonly after: Order | null
  readonly result: Result
}

export type DecideOrder<Result> = (order: Order | null) => OrderDecision<Result>

/** A decision about an order that was found before: orders are never deleted. Throws `order_not_found` all the same. */
export const withExistingOrder =
  <Result>(decide: (order: Order) => OrderDecision<Result>): DecideOrder<Result> =>
  (order) => {
    if (order === null) throw orderNotFoundError()
    return decide(order)
  }

/**
 * Reads an order, lets `decide` decide, and commits. The only way in which an order changes. Of a promise of `decide`
 * the order is read beside it.
 */
export type OrderUpdater = <Result>(
  key: OrderKey,
  decide: DecideOrder<Result> | Promise<DecideOrder<Result>>,
) => Promise<Result>

/**
 * The loop of the order service. `decide` is pure and may be called again after a conflict: ids and times are drawn
 * before. Errors: what `decide` throws, `state_conflict` after five conflicts, `invariant_violated`,
 * `store_unavailable`.
 */
export function createOrderUpdater({
  store,
  scheduler,
  wakeRelay,
  tracer = noopTracer,
}: Pick<OrderDependencies, 'store' | 'scheduler' | 'wakeRelay' | 'tracer'>): OrderUpdater {
  const update = createUpdateLoop<OrderKey, Order, CheckedDecision<unknown>>({
    scheduler,
    find: (key) => store.orders.find(key),
    updateQueueNameOfKey: (key) => ('orderType' in key ? orderUpdateQueueName(key) : null),
    updateQueueNameOf: orderUpdateQueueName,
    commit: (before, decisions) => commitDecisions(store, tracer, before, decisions),
  })
  return async (key, deciding) => {
    const reference: { orderId?: OrderId; payNo?: PayNo } = 'payNo' in key ? { payNo: key.payNo } : {}
    const checked =
      <Result>(decide: DecideOrder<Result>) =>
      (before: Order | null): CheckedDecision<Result> => {
        if (before !== null) reference.orderId = before.id
        return checkDecision(before, decide(before))
      }
    const decision = await withPaymentIdsOnError(reference, async () => {
      const made = await update(key, Promise.resolve(deciding).then(checked))
      if (made.violation !== undefined) throw made.violation
      return made
    })
    if (decision.messages !== undefined && decision.messages.length > 0) wakeRelay()
    return decision.result
  }
}

const orderUpdateQueueName = ({ orderType, outBusinessId }: Pick<Order, 'orderType' | 'outBusinessId'>) =>
  `${orderType}/${outBusinessId}`

interface CheckedDecision<Result> extends OrderDecision<Result> {
  readonly violation?: CheckoutError
}

/** A decision that breaks a rule changes nothing: only its proof is kept, with the rule. */
function checkDecision<Result>(before: Order | null, decision: OrderDecision<Result>): CheckedDecision<Result> {
  const { after, journal = [], result } = decision
  if (after === null || after === before) return decision
  const broken = checkOrder(before, after)
  if (broken === null) return decision
  const proof = journal.map((entry) => ({ ...entry, verdict: `invariant violated: ${broken}` }))
  const violation = new CheckoutError(
    'invariant_violated',
    `Order ${after.id} was not changed, since a rule would be broken: ${broken}. Report this as a fault.`,
  )
  return { after: before, journal: proof, result, violation }
}

/**
 * Stores the decisions of callers who came or waited together, the last of them made on all others. Its messages
 * continue the span of the commit.
 */
async function commitDecisions(
  { orders, journal }: OrderStore,
  tracer: Tracer,
  before: Order | null,
  decisions: readonly OrderDecision<unknown>[],
): Promise<StoredAggregate<Order> | 'conflict'> {
  const parts = {
    messages: decisions.flatMap(({ messages = [] }) => messages),
    journal: decisions.flatMap(({ journal = [] }) => journal),
    actions: decisions.flatMap(({ actions = [] }) => actions),
    schedule: decisions.flatMap(({ schedule = [] }) => schedule),
  }
  const after = decisions.at(-1)?.after ?? null
  if (after === null) {
    await Promise.all(parts.journal.map((entry) => journal.append(entry)))
    return {}
  }
  const isChanged = after !== before
  if (!isChanged && Object.values(parts).every(({ length }) => length === 0)) return {}
  const next = isChanged ? { ...after, version: (before?.version ?? 0) + 1 } : after
  const commit: OrderCommit = { before, after: next, ...parts }
  const outcome = await traceCommit(tracer, 'commit order', commitSpanAttributes(commit), () => {
    const traceparent = tracer.traceparent()
    return orders.commit({ ...commit, messages: parts.messages.map((message) => ({ ...message, traceparent })) })
  })
  if (outcome === 'conflict') return outcome
  return isChanged ? { stored: next } : {}
}

/** The payment that the commit is about: of a journal entry or of a message; else the newest one. */
function commitSpanAttributes({ after, journal, messages }: OrderCommit): SpanAttributes {
  const payNo = messages[0]?.payNo ?? journal[0]?.outTradeNo ?? after.payments.at(-1)?.payNo
  return { 'coursepay.order_id': after.id, 'coursepay.pay_no': payNo }
}
