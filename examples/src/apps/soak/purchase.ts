import { setTimeout as later } from 'node:timers/promises'
import type { AlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { PayStatus } from '@coursepay/core'
import { type Answer, text } from '../../demo-shop/api.js'
import { type RetryingClient, retryingClient, type UnexpectedAnswers } from './client.js'
import { faultsOf } from './faults.js'
import { createRandom, type Random } from './random.js'

/** Where purchases are made. */
export interface SoakShop {
  readonly address: string
  readonly secret: string
  readonly seed: number
  readonly sandbox: AlipaySandbox
  readonly operator: RetryingClient
  readonly unexpectedAnswers: UnexpectedAnswers
  /** When a payment code was given out, by `performance.now()`. */
  readonly sales: number[]
}

export type PurchaseKind = 'plain' | 'paid twice' | 'paid late' | 'abandoned' | 'refunded' | 'refunded in parts'

const COURSE = '1'
const PRICE = '99.00'
/** Three of these at once: only one fits into the price. */
const PARTIAL_REFUND = '60.00'
const POLL_INTERVAL_MS = 1_000
const CASHIER_TIMEOUT_MS = 10_000
const PAGE_TIMEOUT_MS = 8_000
const WATCH_TIMEOUT_MS = 8_000
const BOOKING_TIMEOUT_MS = 30_000

const randomKind = (random: Random): PurchaseKind =>
  random.pick([
    ...(['plain', 'plain', 'plain', 'plain', 'paid twice', 'paid twice'] as const),
    ...(['paid late', 'abandoned', 'refunded', 'refunded in parts'] as const),
  ])

/** One buyer from choosing to the end, whatever happens to the server meanwhile. */
export async function makePurchase(number: number, shop: SoakShop): Promise<PurchaseKind> {
  const random = createRandom(shop.seed, number)
  const kind = randomKind(random)
  const { address, secret, unexpectedAnswers } = shop
  const client = await retryingClient(address, { user: `buyer-${number}`, secret }, unexpectedAnswers)
  await new Purchase(shop, client, random, number).run(kind)
  return kind
}

class Purchase {
  readonly #shop: SoakShop
  readonly #client: RetryingClient
  readonly #random: Random
  readonly #number: number

  constructor(shop: SoakShop, client: RetryingClient, random: Random, number: number) {
    this.#shop = shop
    this.#client = client
    this.#random = random
    this.#number = number
  }

  async run(kind: PurchaseKind): Promise<void> {
    const choice = await this.#ask('/api/learning/choosecourse/1')
    const first = await this.#newAttempt(choice)
    switch (kind) {
      case 'plain':
        return this.#payAndPerhapsWatch(first)
      case 'paid twice':
        return this.#payBoth(first, await this.#newAttempt(choice))
      case 'paid late':
        return this.#payClosed(first)
      case 'abandoned':
        if (this.#random.happens(0.5)) await this.#openCashier(first)
        return
      case 'refunded':
      case 'refunded in parts':
        return this.#payAndRefund(first, kind === 'refunded')
    }
  }

  async #ask(path: string, body?: unknown): Promise<Answer> {
    const reply = await this.#client.post(path, body)
    if (reply.status !== 200)
      this.#shop.unexpectedAnswers.add(`POST ${path}: ${reply.status} ${String(reply.body.code)}`)
    return reply.body
  }

  async #newAttempt(choice: Answer): Promise<Answer> {
    const [outBusinessId, goodsName] = [text(choice, 'id'), text(choice, 'courseName')]
    const goods = [{ goodsId: COURSE, goodsType: '60201', goodsName, goodsPrice: PRICE, goodsDetail: '' }]
    const order = { outBusinessId, orderType: '60201', totalPrice: PRICE, orderName: goodsName }
    const attempt = await this.#ask('/api/orders/generatepaycode', { ...order, orderDetail: JSON.stringify(goods) })
    this.#shop.sales.push(performance.now())
    for (const fault of faultsOf(this.#random, text(attempt, 'payNo'))) this.#shop.sandbox.fault(fault)
    return attempt
  }

  /** The phone's way to the cashier; null when the server could not be reached in time, or the order is over. */
  async #openCashier(attempt: Answer): Promise<string | null> {
    for (const end = performance.now() + CASHIER_TIMEOUT_MS; performance.now() < end; await later(POLL_INTERVAL_MS)) {
      const page = await nullOnTimeout(this.#shop.sandbox.buyer.openPayPage(text(attempt, 'payUrl')))
      if (page !== null && new URL(page.url).pathname.startsWith('/cashier/')) return page.url
    }
    return null
  }

  async #pay(cashier: string | null): Promise<void> {
    if (cashier !== null) await nullOnTimeout(this.#shop.sandbox.buyer.pay(cashier))
  }

  async #payAndPerhapsWatch(attempt: Answer): Promise<void> {
    await this.#pay(await this.#openCashier(attempt))
    if (this.#random.happens(0.5)) await this.#watch(attempt, WATCH_TIMEOUT_MS)
  }

  async #payBoth(first: Answer, second: Answer): Promise<void> {
    const cashiers = await Promise.all([first, second].map((attempt) => this.#openCashier(attempt)))
    await Promise.all(cashiers.map((cashier) => this.#pay(cashier)))
  }

  /** The cashier was open before the order was closed. */
  async #payClosed(attempt: Answer): Promise<void> {
    const cashier = await this.#openCashier(attempt)
    await this.#client.post(`/api/orders/${text(attempt, 'orderId')}/close`)
    await this.#pay(cashier)
  }

  async #payAndRefund(attempt: Answer, whole: boolean): Promise<void> {
    await this.#pay(await this.#openCashier(attempt))
    if (!(await this.#watch(attempt, BOOKING_TIMEOUT_MS))) return
    const refunds = `/api/orders/${text(attempt, 'orderId')}/refunds`
    const bodies = whole
      ? Array.from({ length: 2 }, () => ({ reason: 'soak', outRequestNo: `whole-${this.#number}` }))
      : [1, 2, 3].map((part) => ({
          amount: PARTIAL_REFUND,
          reason: 'soak',
          outRequestNo: `part-${this.#number}-${part}`,
        }))
    await Promise.all(bodies.map((body) => this.#shop.operator.post(refunds, body)))
  }

  /** Looks at the payment's page until it is paid; false when that takes too long. */
  async #watch(attempt: Answer, timeoutMs: number): Promise<boolean> {
    const path = `/api/orders/payresult?payNo=${text(attempt, 'payNo')}`
    for (const end = performance.now() + timeoutMs; performance.now() < end; await later(POLL_INTERVAL_MS)) {
      if ((await this.#client.get(path)).body.status === PayStatus.paid) return true
    }
    return false
  }
}

/** A buyer closes a page that does not come; null then, and when it fails. */
const nullOnTimeout = <Page>(opening: Promise<Page>): Promise<Page | null> =>
  Promise.race([opening.catch(() => null), later(PAGE_TIMEOUT_MS, null)])
