import { createHmac } from 'node:crypto'

/** What WeCoin keeps of one trade. It begins when the buyer acts on the page. */
interface Trade {
  readonly order: string
  readonly amount: number
  readonly expires: number
  state: 'open' | 'paid' | 'void'
  paidAt: number | null
  /** By the refund's number; `succeeded` once the money went. */
  readonly refunds: Map<string, { readonly amount: number; succeeded: boolean }>
}

type Fields = Readonly<Record<string, unknown>>

export const weCoinShop = { appId: 'shop-1', sellerId: 'company-1' }

/**
 * The imaginary WeCoin, for the example and its tests: answers calls, has a buyer, and goes wrong on demand. It shares
 * no code with the adapter, so that neither covers a mistake of the other.
 */
export function weCoinSandbox({ key, now }: { readonly key: string; now(): number }) {
  const trades = new Map<string, Trade>()
  const faults = { noAnswer: false, answerLost: false, holdRefunds: false, unsignedResult: false }
  const find = (order: unknown): Trade | undefined => {
    const trade = trades.get(String(order))
    if (trade?.state === 'open' && now() >= trade.expires) trade.state = 'void'
    return trade
  }
  /** The buyer opens the page: from here on there is a trade. Throws when the page would say no. */
  function logIn(pageUrl: string): Trade {
    const page = unseal(new URL(pageUrl).searchParams.get('page') ?? '', key)
    const expires = Number(page.expires)
    if (now() >= expires) throw new Error('the page has run out')
    const trade = find(page.order) ?? newTrade(String(page.order), Number(page.amount), expires)
    trades.set(trade.order, trade)
    return trade
  }
  return {
    faults,
    /** Stands in for the network: give it to the adapter as `fetch`. */
    async fetch(address: string | URL | Request, request?: RequestInit): Promise<Response> {
      if (faults.noAnswer) throw new TypeError('fetch failed')
      const operation = new URL(String(address)).pathname.slice(1)
      const question = unseal(String(request?.body), key)
      const said = answer(operation, question, find(question.order), !faults.holdRefunds)
      if (faults.answerLost) throw new TypeError('fetch failed')
      const sealed = seal({ type: 'answer', to: operation, order: question.order, ...said }, key)
      return new Response(faults.unsignedResult ? `${sealed.slice(0, -1)},"result":"refunded","amount":9900}` : sealed)
    },
    logIn,
    pay(pageUrl: string): void {
      const trade = logIn(pageUrl)
      if (trade.state !== 'open') throw new Error(`the trade is ${trade.state}`)
      Object.assign(trade, { state: 'paid', paidAt: now() })
    },
    completeRefunds(): void {
      for (const trade of trades.values()) for (const each of trade.refunds.values()) each.succeeded = true
    },
    /** Somebody refunds in WeCoin's own console. */
    refundInConsole(order: string, amount: number, number: string): void {
      find(order)?.refunds.set(number, { amount, succeeded: true })
    },
    moneyOf(order: string): { received: number; refunded: number } {
      const trade = find(order)
      return trade?.state === 'paid'
        ? { received: trade.amount, refunded: refundedAmount(trade) }
        : { received: 0, refunded: 0 }
    },
    /**
     * The bytes that WeCoin sends about a trade as it is now; if asked, signed by another key or meant for another
     * shop.
     */
    notification(
      order: string,
      { by = key, shop = weCoinShop.appId, refund = null as string | null } = {},
    ): Uint8Array {
      const trade = find(order)
      if (trade === undefined) throw new Error('WeCoin has no such trade')
      return new TextEncoder().encode(
        seal({ type: 'notification', trade: { ...describeTrade(trade), shop, refund } }, by),
      )
    },
  }
}

export type WeCoinSandbox = ReturnType<typeof weCoinSandbox>

function seal(event: Fields, key: string): string {
  const text = JSON.stringify(event)
  return JSON.stringify({ event: text, sign: createHmac('sha256', key).update(text).digest('hex') })
}

function unseal(sealed: string, key: string): Fields {
  const event: Fields = JSON.parse(JSON.parse(sealed).event)
  if (seal(event, key) !== sealed) throw new Error('WeCoin does not know this signature')
  return event
}

const newTrade = (order: string, amount: number, expires: number): Trade => ({
  ...{ order, amount, expires, state: 'open', paidAt: null, refunds: new Map() },
})

const refundedAmount = (trade: Trade): number =>
  [...trade.refunds.values()].reduce((sum, refund) => sum + (refund.succeeded ? refund.amount : 0), 0)

const describeTrade = (trade: Trade): Fields => ({
  ...{ shop: weCoinShop.appId, company: weCoinShop.sellerId, order: trade.order, trade: `W${trade.order}` },
  ...{ state: trade.state, amount: trade.amount, refunded: refundedAmount(trade), paidAt: trade.paidAt },
  refund: null,
})

function answer(operation: string, question: Fields, trade: Trade | undefined, completeRefund: boolean): Fields {
  if (operation === 'refund') return refund(trade, question, completeRefund)
  if (operation === 'refund-query') return findRefund(trade, question)
  if (trade === undefined) return { result: 'no_trade' }
  if (operation === 'query') return { result: 'trade', trade: describeTrade(trade) }
  if (trade.state === 'paid') return { result: 'not_closable' }
  trade.state = 'void'
  return { result: 'closed' }
}

/** One number pays once, and never more than was paid. */
function refund(trade: Trade | undefined, { number, amount }: Fields, isCompleted: boolean): Fields {
  const known = trade?.refunds.get(String(number))
  if (known !== undefined) return { result: known.amount === amount ? 'refunded' : 'refused' }
  if (trade !== undefined && refundedAmount(trade) === trade.amount) return { result: 'trade_closed' }
  const promised = [...(trade?.refunds.values() ?? [])].reduce((sum, each) => sum + each.amount, Number(amount))
  if (trade?.state !== 'paid' || promised > trade.amount) return { result: 'refused' }
  trade.refunds.set(String(number), { amount: Number(amount), succeeded: isCompleted })
  return { result: isCompleted ? 'refunded' : 'taken' }
}

function findRefund(trade: Trade | undefined, { number }: Fields): Fields {
  const known = trade?.refunds.get(String(number))
  return known?.succeeded ? { result: 'refunded', amount: known.amount } : { result: 'absent' }
}
