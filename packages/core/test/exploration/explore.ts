import { checkOrder } from '../../src/orders/domain/check-order.js'
import { placeOrder } from '../../src/orders/domain/place-order.js'
import { refundedAmount } from '../../src/orders/domain/refund.js'
import type { OrderId, OutBusinessId, UserId } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { MessageType, OrderStatus, PayStatus } from '../../src/shared/status-codes.js'
import { type Limits, stepsOf } from './steps.js'
import { type Actor, type Decisions, decisions, keyOf, type Step, type Trade, type World } from './world.js'

export interface Exploration {
  readonly states: number
  readonly steps: number
  /**
   * The shortest way to a broken rule: the names of its steps, and the rule. Null when all hold; else the exploration
   * ends there.
   */
  readonly violation: string | null
  /** The shortest ways to states from which no worker, operator, gateway or time leads to an end. */
  readonly deadEnds: readonly string[]
  /** Transitions of an order's status, and of a payment's status and receipt, with who causes them. */
  readonly orderTransitions: ReadonlyMap<string, ReadonlySet<string>>
  readonly paymentTransitions: ReadonlyMap<string, ReadonlySet<string>>
}

export const latePolicies = ['fulfil', 'refund', 'hold'] as const

const defaults: Limits = { price: fen(3), maxPayments: 2, maxRefunds: 3, policies: latePolicies }

/** Visits every state of one order, breadth first. */
export function explore(given: Partial<Limits> & { readonly decide?: Partial<Decisions> } = {}): Exploration {
  const { decide, ...limits } = given
  return new Explorer({ ...defaults, ...limits }, { ...decisions, ...decide }).run()
}

interface Visit {
  readonly from: number
  readonly name: string
}

class Explorer {
  private readonly worlds: World[] = []
  private readonly numbers = new Map<string, number>()
  private readonly visits: Visit[] = []
  /** For each state, the states that lead to it without a buyer. */
  private readonly sources: number[][] = []
  private violation: string | null = null
  private readonly orderTransitions = new Map<string, Set<string>>()
  private readonly paymentTransitions = new Map<string, Set<string>>()
  private steps = 0

  private readonly limits: Limits
  private readonly decide: Decisions

  constructor(limits: Limits, decide: Decisions) {
    this.limits = limits
    this.decide = decide
  }

  run(): Exploration {
    this.visit(firstWorld(this.limits), -1, 'start')
    for (let number = 0; number < this.worlds.length && this.violation === null; number += 1) {
      const world = this.worlds[number] as World
      for (const step of stepsOf(world, this.decide, this.limits)) this.take(number, world, step)
    }
    return {
      states: this.worlds.length,
      steps: this.steps,
      violation: this.violation,
      deadEnds: this.violation === null ? this.deadEnds() : [],
      orderTransitions: this.orderTransitions,
      paymentTransitions: this.paymentTransitions,
    }
  }

  private take(number: number, world: World, step: Step): void {
    this.steps += 1
    const broken = brokenRule(world, step, this.limits)
    if (broken !== null) {
      this.violation ??= `${this.wayTo(number)} > ${step.name}: ${broken}`
      return
    }
    this.noteTransitions(world, step)
    const next = this.visit(step.to, number, step.name)
    if (step.actor !== 'buyer') this.sources[next]?.push(number)
  }

  private visit(world: World, from: number, name: string): number {
    const key = keyOf(world)
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.worlds.push(world) - 1
    this.numbers.set(key, number)
    this.visits.push({ from, name })
    this.sources.push([])
    return number
  }

  private wayTo(number: number): string {
    const names: string[] = []
    for (let at = number; at > 0; at = this.visits[at]?.from ?? 0) names.unshift(this.visits[at]?.name ?? '')
    return names.join(' > ')
  }

  /** Goes back from every final state; what is not reached has no exit. */
  private deadEnds(): string[] {
    const hasExit = this.worlds.map(isFinal)
    const queue = [...hasExit.keys()].filter((number) => hasExit[number])
    for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
      for (const source of this.sources[at] ?? []) {
        if (hasExit[source]) continue
        hasExit[source] = true
        queue.push(source)
      }
    }
    const stuck = [...hasExit.keys()].filter((number) => !hasExit[number])
    return stuck.slice(0, 5).map((number) => `${this.wayTo(number)} (${keyOf(this.worlds[number] as World)})`)
  }

  private noteTransitions({ order: before }: World, { actor, name, to: { order } }: Step): void {
    note(this.orderTransitions, before.status, order.status, actor, name)
    for (const [index, old] of before.payments.entries()) {
      const payment = order.payments[index]
      if (payment === undefined) continue
      const [from, to] = [old, payment].map(({ status, receipt }) =>
        receipt === null ? status : `${status} ${receipt}`,
      )
      note(this.paymentTransitions, from as string, to as string, actor, name)
    }
  }
}

function note(transitions: Map<string, Set<string>>, from: string, to: string, actor: Actor, name: string): void {
  if (from === to) return
  const key = `${from} > ${to}`
  const names = transitions.get(key) ?? new Set()
  transitions.set(key, names.add(`${actor} ${name}`))
}

function firstWorld({ price }: Limits): World {
  const request = {
    outBusinessId: '1' as OutBusinessId,
    orderType: '60201',
    totalPrice: price,
    orderName: 'a course',
    orderDescrip: null,
    orderDetail: '[]',
    goods: [],
  }
  const order = placeOrder({ id: '1' as OrderId, userId: 'zhang' as UserId, request, now: 0, timeToLiveMs: 0 })
  return { order, expired: false, trades: [], refunds: [] }
}

/** The rules of every commit, and what only the gateway's side can tell. */
function brokenRule({ order: before }: World, { to, messages }: Step, limits: Limits): string | null {
  const { order, trades } = to
  // Each refund of a remainder is smaller than the one before.
  if (order.refunds.length > limits.maxRefunds + limits.price) return 'refunds are opened without end'
  if (order !== before) {
    const broken = checkOrder(before, order)
    if (broken !== null) return broken.replace(/\d+/g, 'N')
  }
  for (const [index, payment] of order.payments.entries()) {
    const trade = trades[index]
    if (payment.receipt !== null && trade?.state !== 'paid') return 'money was recorded that never came'
    if (refundedAmount(payment, order.refunds) > (trade?.refunded ?? 0)) return 'a refund is booked that never happened'
  }
  return brokenMessages(before.status, order.status, messages)
}

function brokenMessages(from: OrderStatus, to: OrderStatus, messages: readonly string[]): string | null {
  const isPaidNow = from !== to && to === OrderStatus.paid
  if (messages.includes(MessageType.payResult) !== isPaidNow)
    return 'the message of a payment goes out once, when it is booked'
  const isRefundedNow = from !== to && to === OrderStatus.refunded
  if (messages.includes(MessageType.refundResult) !== isRefundedNow)
    return 'the message of a refund goes out once, at its end'
  return null
}

/** Nothing waits: all money is booked, refunded or nowhere. */
function isFinal({ order, trades }: World): boolean {
  if (order.status === OrderStatus.unpaid) return false
  return order.payments.every((payment, index) => {
    const trade = trades[index]
    if (trade === undefined || payment.status === PayStatus.unpaid) return false
    if (payment.status === PayStatus.closed) return hasNoMoney(trade, payment.totalPrice)
    if (trade.external.length > 0) return false
    if (payment.status === PayStatus.paid && payment.receipt !== 'booked') return false
    return order.refunds.every(({ payNo, status }) => payNo !== payment.payNo || status !== 'pending')
  })
}

/** Nobody can pay the trade any more; what was paid before it was heard of was refunded in the console. */
const hasNoMoney = ({ state, expired, refunded }: Trade, price: number): boolean =>
  state === 'closed' || (state === 'none' && expired) || refunded === price
