import type { Order } from '../../src/orders/domain/order.js'
import type { OrderChange } from '../../src/orders/domain/order-message.js'
import { isUnpaid, type Payment } from '../../src/orders/domain/payment.js'
import type { LatePaymentPolicy, PaymentEvidence } from '../../src/orders/domain/payment-evidence.js'
import { type Refund, refundedAmount } from '../../src/orders/domain/refund.js'
import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { MessageId, PayNo, PayToken, RefundId } from '../../src/shared/identifiers.js'
import { type Fen, fen } from '../../src/shared/money.js'
import { OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { type Actor, changeTrade, type Decisions, type Step, type Trade, type World } from './world.js'

export interface Limits {
  readonly price: Fen
  readonly maxPayments: number
  readonly maxRefunds: number
  /** What the shop does with late money: one for a proof of exits, all for a proof of rules. */
  readonly policies: readonly LatePaymentPolicy[]
}

const NOW = 0
const facts = { now: NOW, messageId: '1' as MessageId }
const refundIdOf = (order: Order) => `${order.refunds.length + 1}` as RefundId

/**
 * Every step that is possible in a world: the buyer's, the gateway's, time's, and each command under every policy and
 * answer.
 */
export function* stepsOf(world: World, decide: Decisions, limits: Limits): Generator<Step> {
  yield* timeSteps(world)
  yield* tradeSteps(world, limits)
  yield* paymentSteps(world, decide, limits)
  yield* evidenceSteps(world, decide, limits)
  yield* closeSteps(world, decide)
  yield* refundSteps(world, decide, limits)
  yield* externalSteps(world, decide, limits)
}

const step = (actor: Actor, name: string, to: World, messages: OrderChange['messages'] = []): Step => ({
  actor,
  name,
  to,
  messages: messages.map(({ messageType }) => messageType),
})

/** The world after a decision; a new refund of ours is unsent, one that was made elsewhere is done. */
function withOrder(world: World, order: Order): World {
  const refunds = order.refunds.map(({ cause, status }, refundIndex) => {
    const known = world.refunds[refundIndex]
    const isReopened = status === 'pending' && world.order.refunds[refundIndex]?.status === 'failed'
    if (known !== undefined && !isReopened) return known
    return cause === 'external' ? 'done' : 'unsent'
  })
  return { ...world, order, refunds }
}

/**
 * May one more refund be opened by choice? The limit leaves room for those that settlement opens: one for each payment
 * that is not booked.
 */
function hasRoom({ order, trades }: World, { maxPayments, maxRefunds }: Limits): boolean {
  const external = trades.reduce((sum, trade) => sum + trade.external.length, 0)
  const settled = order.payments.filter(({ receipt }) => receipt !== null && receipt !== 'held').length
  return order.refunds.length + external + maxPayments - settled < maxRefunds
}

/** A step for a decision that may refuse. */
function* attempt(
  actor: Actor,
  name: string,
  world: World,
  decision: () => { readonly order: Order } & Partial<OrderChange>,
): Generator<Step> {
  const decided = unlessRefused(decision)
  if (decided === null) return
  const { order, messages } = decided
  if (order !== world.order) yield step(actor, name, withOrder(world, order), messages)
}

/** Null for a refusal. There are hundreds of thousands: their stacks would take half of the exploration's time. */
function unlessRefused<Decided>(decision: () => Decided): Decided | null {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    return decision()
  } catch (error) {
    if (CheckoutError.isInstance(error)) return null
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  // A fault of ours: it fails again, with its stack.
  return decision()
}

function* timeSteps(world: World): Generator<Step> {
  if (world.order.status === OrderStatus.unpaid && !world.expired) {
    yield step('time', 'the order expires', { ...world, expired: true })
  }
  for (const [index, { state, expired }] of world.trades.entries()) {
    if (expired || state === 'paid') continue
    const closed = state === 'waiting' ? 'closed' : state
    yield step('time', 'the page expires', changeTrade(world, index, { expired: true, state: closed }))
  }
}

function* tradeSteps(world: World, limits: Limits): Generator<Step> {
  const { price } = limits
  for (const [index, { state, expired, refunded, external }] of world.trades.entries()) {
    if (!expired && state === 'none')
      yield step('buyer', 'opens the page', changeTrade(world, index, { state: 'waiting' }))
    if (!expired && state === 'waiting') yield step('buyer', 'pays', changeTrade(world, index, { state: 'paid' }))
    if (state !== 'paid' || !hasRoom(world, limits)) continue
    for (let amount = 1; refunded + amount <= price; amount += 1) {
      const change = { refunded: refunded + amount, external: [...external, amount] }
      yield step('operator', 'refunds in the console', changeTrade(world, index, change))
    }
  }
}

function* paymentSteps(world: World, decide: Decisions, { maxPayments }: Limits): Generator<Step> {
  const { order, trades } = world
  const { status, payments } = order
  if ((status !== OrderStatus.unpaid && status !== OrderStatus.closed) || payments.length >= maxPayments) return
  const number = `${payments.length + 1}`
  const added = decide.addPayment(order, {
    payNo: number as PayNo,
    token: number as PayToken,
    callbackUrls: { notifyUrl: 'n', returnUrl: null },
    now: NOW,
    expireDate: NOW,
  })
  const trade: Trade = { state: 'none', refunded: 0, expired: false, external: [] }
  const next = { ...withOrder(world, added), expired: false, trades: [...trades, trade] }
  yield step('buyer', 'asks for a code', next)
}

const evidenceOf = ({ payNo, totalPrice }: Payment, tradeStatus: PaymentEvidence['tradeStatus']): PaymentEvidence => ({
  source: 'query',
  appId: 'app',
  sellerId: null,
  outTradeNo: payNo,
  tradeNo: `T${payNo}`,
  tradeStatus,
  totalAmount: totalPrice,
  paidAt: NOW,
  refundedAmount: fen(0),
  refundRequestNo: null,
})

/** Queries and notifications: the gateway tells the state of a trade; one that is refunded in whole is closed. */
function* evidenceSteps(world: World, decide: Decisions, { price, policies }: Limits): Generator<Step> {
  const { order, trades } = world
  for (const [index, payment] of order.payments.entries()) {
    const { state, refunded } = trades[index] as Trade
    const tradeStatus = state === 'paid' && refunded === price ? 'closed' : state
    if (tradeStatus === 'none') continue
    for (const latePolicy of policies) {
      const given = { ...facts, latePolicy, channel: 'Alipay', refundId: refundIdOf(order) }
      const settlement = decide.settlePayment(order, evidenceOf(payment, tradeStatus), given)
      yield* attempt('worker', `settles: ${settlement.verdict}`, world, () => settlement)
    }
    for (const decision of ['fulfil', 'refund'] as const) {
      const given = { ...facts, refundId: refundIdOf(order) }
      const resolve = () => decide.resolveHeldPayment(order, payment.payNo, decision, given)
      yield* attempt('operator', `resolves: ${decision}`, world, resolve)
    }
  }
}

/**
 * Closes an order, or a payment of an order that ended: the gateway first, then here. A paid trade is settled instead.
 */
function* closeSteps(world: World, decide: Decisions): Generator<Step> {
  const { order, trades } = world
  const isPaid = ({ state }: Trade) => state === 'paid'
  const open = order.payments.filter(isUnpaid)
  const openTrades = trades.filter((_, index) => isUnpaid(order.payments[index] as Payment))
  if (!openTrades.some(isPaid)) {
    const closed = decide.closeOrder(order, new Set(open.map(({ payNo }) => payNo)))
    if (closed !== null) {
      const there = trades.map((trade, index): Trade => {
        const waits = trade.state === 'waiting' && isUnpaid(order.payments[index] as Payment)
        return waits ? { ...trade, state: 'closed' } : trade
      })
      yield step('worker', 'closes the order', { ...withOrder(world, closed), trades: there })
    }
  }
  for (const [index, payment] of order.payments.entries()) {
    const trade = trades[index] as Trade
    if (payment.status === PayStatus.closed && trade.state === 'waiting') {
      yield step('worker', 'closes the trade', changeTrade(world, index, { state: 'closed' }))
    }
    // Also when it was paid between the question and the commit.
    const there = trade.state === 'waiting' ? changeTrade(world, index, { state: 'closed' }) : world
    yield* attempt('worker', 'closes an obsolete payment', there, () => ({
      order: decide.closeObsoletePayment(order, payment),
    }))
  }
}

function* refundSteps(world: World, decide: Decisions, limits: Limits): Generator<Step> {
  const { price } = limits
  const { order } = world
  const id = refundIdOf(order)
  if (hasRoom(world, limits)) {
    for (let amount = 1; amount <= price; amount += 1) {
      const request = { amount: fen(amount), reason: '', outRequestNo: null }
      yield* attempt('operator', 'opens a refund', world, () => decide.openRefund(order, request, { id, now: NOW }))
    }
  }
  for (const [refundIndex, refund] of order.refunds.entries()) {
    const { outRequestNo, status } = refund
    const request = { amount: null, reason: '', outRequestNo }
    if (status === 'failed') {
      yield* attempt('operator', 'retries a refund', world, () => decide.openRefund(order, request, { id, now: NOW }))
    }
    const there = world.refunds[refundIndex]
    if (there === 'unsent' && status === 'pending') yield* refundAnswers(world, limits, refund, refundIndex)
    if (there === 'unsent') continue
    const end = there === 'done' ? 'succeeded' : 'failed'
    const given = { ...facts, refundId: id }
    yield* attempt('worker', `finishes a refund: ${end}`, world, () => decide.finishRefund(order, refund, end, given))
  }
}

/** The answers of the gateway to a refund that is sent. */
function* refundAnswers(
  world: World,
  { price }: Limits,
  { payNo, amount }: Refund,
  refundIndex: number,
): Generator<Step> {
  const index = world.order.payments.findIndex((payment) => payment.payNo === payNo)
  const { refunded } = world.trades[index] as Trade
  const answered = (answer: 'done' | 'refused') =>
    world.refunds.map((old, other) => (other === refundIndex ? answer : old))
  if (refunded + amount <= price) {
    const moved = changeTrade(world, index, { refunded: refunded + amount })
    yield step('gateway', 'executes a refund', { ...moved, refunds: answered('done') })
  }
  yield step('gateway', 'refuses a refund', { ...world, refunds: answered('refused') })
}

/** Refunds of the console are confirmed by their number, or by a trade that is closed; our own are asked for first. */
function* externalSteps(world: World, decide: Decisions, { price }: Limits): Generator<Step> {
  const { order, trades } = world
  for (const [index, payment] of order.payments.entries()) {
    const { external, refunded } = trades[index] as Trade
    if (payment.status !== PayStatus.paid || external.length === 0) continue
    const id = refundIdOf(order)
    const given = { ...facts, refundId: `${order.refunds.length + 2}` as RefundId }
    const rest = external.slice(1)
    const named = { id, payNo: payment.payNo, outRequestNo: `external-${id}`, amount: fen(external[0] as number) }
    const booked = changeTrade(world, index, { external: rest })
    yield* attempt('worker', 'books an external refund', booked, () => decide.bookExternalRefund(order, named, given))
    const isUnfinished = order.refunds.some((refund, refundIndex) => {
      return refund.payNo === payment.payNo && refund.status !== 'succeeded' && world.refunds[refundIndex] === 'done'
    })
    const left = payment.totalPrice - refundedAmount(payment, order.refunds)
    if (refunded !== price || isUnfinished || left === 0) continue
    const all = { ...named, outRequestNo: `${payment.payNo}-external`, amount: fen(left) }
    const whole = changeTrade(world, index, { external: [] })
    yield* attempt('worker', 'books a closed trade', whole, () => decide.bookExternalRefund(order, all, given))
  }
}
