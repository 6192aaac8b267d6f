import { setTimeout as later } from 'node:timers/promises'
import { text, tokenFor } from '../../../src/demo-shop/api.js'
import { orderBody, SECRET, type ShopProcess } from '../../support/shop-process.js'

const BUYERS = 8
/** In place of a status: nobody answered. */
const UNREACHABLE = 0
const PAUSE_MS = 50

interface Answered {
  readonly status: number
  readonly retryAfter: string | null
  /** How long it took. */
  readonly ms: number
}

/** Buyers who order and pay one course after the other, whatever they are answered. */
export function buyAllTheTime(shop: ShopProcess) {
  const answers: Answered[] = []
  const orderIds: string[] = []
  const paid: string[] = []
  let going = true
  async function post(user: string, path: string, body?: unknown): Promise<Record<string, unknown> | null> {
    const headers = { Authorization: `Bearer ${await tokenFor(user, SECRET)}`, 'Content-Type': 'application/json' }
    const before = performance.now()
    try {
      const response = await fetch(`${shop.address()}${path}`, {
        ...{ method: 'POST', headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const answer: Record<string, unknown> = Object(await response.json())
      const { status, ok } = response
      answers.push({ status, retryAfter: response.headers.get('retry-after'), ms: performance.now() - before })
      return ok ? answer : null
    } catch {
      answers.push({ status: UNREACHABLE, retryAfter: null, ms: performance.now() - before })
      // A loop without a pause would leave the server no time to start.
      await later(PAUSE_MS)
      return null
    }
  }
  /** The page behind the QR is the shop's, so it fails with the database. */
  async function pay(payUrl: string): Promise<void> {
    for (let result: string | null = null; result !== 'paid'; ) {
      result = await shop.sandbox.buyer.pay(payUrl).then(
        (pressed) => pressed.result,
        () => null,
      )
    }
  }
  async function buyer(number: number): Promise<void> {
    for (let round = 0; going; round += 1) {
      const user = `user-${number}-${round}`
      const retried = async (path: string, body?: unknown) => {
        for (;;) {
          const answer = await post(user, path, body)
          if (answer !== null) return answer
        }
      }
      const api = { post: retried, get: retried }
      const payment = await retried('/api/orders/generatepaycode', await orderBody(api))
      orderIds.push(text(payment, 'orderId'))
      await pay(text(payment, 'payUrl'))
      paid.push(text(payment, 'orderId'))
    }
  }
  const buyers = Promise.all(Array.from({ length: BUYERS }, (_, number) => buyer(number)))
  return {
    answers,
    orderIds,
    paid,
    async stop() {
      going = false
      await buyers
    },
  }
}
