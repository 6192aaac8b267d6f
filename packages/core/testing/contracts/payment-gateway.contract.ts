import type { RefundAnswer, RefundOrder } from '../../src/orders/ports/payment-gateway.js'
import { payNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { ensure, equal, failureOf, textOf } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  evidenceOf,
  freshAttempt,
  openTrade,
  type PaymentGatewayHarness,
  paidTrade,
} from './payment-gateway-harness.js'
import { awkwardAmounts, SAMPLE_TEXT, sampleId } from './sample-data.js'
import { atOnce } from './store-harness.js'

const nobody = payNo(sampleId(99))

const refundOf = (changes: Partial<RefundOrder> = {}): RefundOrder => ({
  payNo: payNo(sampleId(100_001)),
  amount: fen(9_900),
  reason: '重复支付',
  outRequestNo: sampleId(201),
  ...changes,
})

/** Taken by the gateway; whether a repeat says `succeeded` or only `accepted` is its own affair (Alipay: fund_change). */
const isTaken = ({ kind }: RefundAnswer) => kind === 'succeeded' || kind === 'accepted'

/** From then on the answer about a refund is certain. */
const REFUND_IS_KNOWN_MS = 10_000

/** What was refunded under the first refund number; null while that is not known to have succeeded. */
async function refundedBy({ gateway, advance }: PaymentGatewayHarness, number: RefundOrder['payNo']) {
  await advance(REFUND_IS_KNOWN_MS)
  const answer = await gateway.queryRefund(number, refundOf().outRequestNo)
  return answer.kind === 'succeeded' ? answer.amount : null
}

const everyAnswer = ({ gateway }: PaymentGatewayHarness) => [
  gateway.query(payNo(sampleId(100_001))),
  gateway.close(payNo(sampleId(100_001))),
  gateway.refund(refundOf()),
  gateway.queryRefund(payNo(sampleId(100_001)), sampleId(201)),
]

export const paymentGatewayContract = defineContract<PaymentGatewayHarness>()('PaymentGateway', {
  'says who we are at the gateway': async ({ gateway: { merchant } }) => {
    for (const part of [merchant.channel, merchant.appId, merchant.sellerId]) {
      ensure(part.length > 0, 'The merchant has a channel, an app id and a seller id.')
    }
  },

  'makes a page on which the buyer pays exactly this attempt': async (harness) => {
    const before = harness.now()
    const { attempt, payNo } = await paidTrade(harness)
    const { paidAt, tradeNo, sellerId, ...evidence } = await evidenceOf(harness, payNo)
    equal(evidence, {
      source: 'query',
      appId: harness.gateway.merchant.appId,
      outTradeNo: payNo,
      tradeStatus: 'paid',
      totalAmount: attempt.totalPrice,
      refundedAmount: fen(0),
      refundRequestNo: null,
    })
    ensure(tradeNo.length > 0, 'The gateway has a number of its own for the trade.')
    ensure(sellerId === null || sellerId === harness.gateway.merchant.sellerId, 'The seller is us, or is not named.')
    // Gateways tell the time of a payment in whole seconds.
    ensure(paidAt !== null && paidAt > before - 1_000 && paidAt <= harness.now(), `Paid at ${paidAt}, not just now.`)
    equal(await harness.moneyOf(payNo), { received: attempt.totalPrice, refunded: 0 })
  },

  'hands out every answer as it came, for the journal': async (harness) => {
    await paidTrade(harness)
    await harness.gateway.refund(refundOf({ amount: fen(1) }))
    for (const answer of await Promise.all(everyAnswer(harness))) {
      const text = Array.from(answer.body ?? [], (byte) => String.fromCharCode(byte)).join('')
      ensure(text.length > 0, `The answer ${answer.kind} comes with its body.`)
      if (answer.kind === 'evidence') ensure(text.includes(answer.evidence.tradeNo), 'The body names the trade.')
    }
  },

  'keeps amounts exact, from one fen to the largest payment': async (harness) => {
    for (const [count, totalPrice] of awkwardAmounts.entries()) {
      const { payNo: paid } = await paidTrade(harness, { payNo: payNo(sampleId(110 + count)), totalPrice })
      equal((await evidenceOf(harness, paid)).totalAmount, totalPrice, 'the amount')
    }
  },

  'keeps numbers above 2^53 apart': async (harness) => {
    const neighbour = payNo(sampleId(100_002))
    const { payNo: paid } = await paidTrade(harness)
    ensure(Number(paid) === Number(neighbour), 'The two numbers are one number to a float.')
    equal((await harness.gateway.query(neighbour)).kind, 'no_trade')
  },

  'makes a page for a name of any text': async (harness) => {
    const { payNo } = await paidTrade(harness, { orderName: `${SAMPLE_TEXT} &=+?#%<a href='x'>` })
    equal((await evidenceOf(harness, payNo)).tradeStatus, 'paid')
  },

  'makes a page for an attempt without an address to return to': async (harness) => {
    const { payNo } = await paidTrade(harness, { returnUrl: null })
    equal((await evidenceOf(harness, payNo)).tradeStatus, 'paid')
  },

  'makes a page without calling the gateway': async (harness) => {
    await harness.makeAnswersUnclear()
    const { url } = await harness.gateway.payPage(freshAttempt(harness))
    ensure(/^https?:\/\//.test(url), `${url} is an address for a browser.`)
  },

  'makes a page for a desktop too, and both pages pay one trade': async (harness) => {
    const { attempt, payNo, page } = await openTrade(harness)
    const { tradeNo } = await evidenceOf(harness, payNo)
    await harness.pay(await harness.gateway.payPage(attempt, 'page'))
    await failureOf(harness.pay(page))
    const { totalAmount, tradeStatus, ...evidence } = await evidenceOf(harness, payNo)
    equal([evidence.tradeNo, tradeStatus, totalAmount], [tradeNo, 'paid', attempt.totalPrice])
  },

  'makes the same page for the same attempt: there is one trade': async (harness) => {
    const { attempt, payNo } = await openTrade(harness)
    const { tradeNo } = await evidenceOf(harness, payNo)
    await harness.pay(await harness.gateway.payPage(attempt))
    equal((await evidenceOf(harness, payNo)).tradeNo, tradeNo, 'the number of the trade')
    equal((await harness.moneyOf(payNo)).received, attempt.totalPrice, 'the money received')
  },

  'makes pages for many callers at once': async (harness) => {
    const attempts = [1, 2, 3, 4].map((count) => freshAttempt(harness, { payNo: payNo(sampleId(100 + count)) }))
    const pages = await Promise.all(attempts.map((attempt) => harness.gateway.payPage(attempt)))
    for (const page of pages) await harness.pay(page)
    for (const { payNo } of attempts) equal((await evidenceOf(harness, payNo)).tradeStatus, 'paid', payNo)
  },

  'lets nobody pay twice': async (harness) => {
    const { attempt, payNo, page } = await paidTrade(harness)
    await failureOf(harness.pay(page))
    await failureOf(harness.pay(await harness.gateway.payPage(attempt)))
    equal((await harness.moneyOf(payNo)).received, attempt.totalPrice, 'the money received')
  },

  'lets nobody pay an attempt that has run out': async (harness) => {
    const attempt = freshAttempt(harness)
    const page = await harness.gateway.payPage(attempt)
    await harness.advance(attempt.expireDate - harness.now() + 1_000)
    await failureOf(harness.pay(page))
    equal((await harness.moneyOf(attempt.payNo)).received, 0, 'the money received')
  },

  'knows no trade until the buyer acts on the page': async (harness) => {
    const attempt = freshAttempt(harness)
    await harness.gateway.payPage(attempt)
    equal((await harness.gateway.query(attempt.payNo)).kind, 'no_trade')
    equal((await harness.gateway.query(nobody)).kind, 'no_trade')
  },

  'tells of a trade that waits for its buyer': async (harness) => {
    const { payNo } = await openTrade(harness)
    const { tradeStatus, paidAt } = await evidenceOf(harness, payNo)
    equal({ tradeStatus, paidAt }, { tradeStatus: 'waiting', paidAt: null })
  },

  'changes nothing by a query, however often and by however many': async (harness) => {
    const { payNo } = await openTrade(harness)
    const first = await evidenceOf(harness, payNo)
    for (const evidence of await atOnce(4, () => evidenceOf(harness, payNo))) equal(evidence, first)
  },

  'closes a trade, and nobody can pay it then': async (harness) => {
    const { payNo, page } = await openTrade(harness)
    equal((await harness.gateway.close(payNo)).kind, 'closed')
    equal((await evidenceOf(harness, payNo)).tradeStatus, 'closed')
    await failureOf(harness.pay(page))
    equal((await harness.moneyOf(payNo)).received, 0, 'the money received')
  },

  'has no trade to close before the buyer acts': async (harness) => {
    const attempt = freshAttempt(harness)
    await harness.gateway.payPage(attempt)
    equal((await harness.gateway.close(attempt.payNo)).kind, 'no_trade')
  },

  'answers a repeated close with closed or not_closable': async (harness) => {
    const { payNo } = await openTrade(harness)
    await harness.gateway.close(payNo)
    const { kind } = await harness.gateway.close(payNo)
    ensure(kind === 'closed' || kind === 'not_closable', `A repeated close is answered with ${kind}.`)
  },

  'does not close a trade that is paid': async (harness) => {
    const { payNo } = await paidTrade(harness)
    equal((await harness.gateway.close(payNo)).kind, 'not_closable')
    equal((await evidenceOf(harness, payNo)).tradeStatus, 'paid')
  },

  'refunds money': async (harness) => {
    const { payNo, attempt } = await paidTrade(harness)
    equal((await harness.gateway.refund(refundOf())).kind, 'succeeded')
    equal(await refundedBy(harness, payNo), attempt.totalPrice, 'the amount refunded under this number')
    equal(await harness.moneyOf(payNo), { received: attempt.totalPrice, refunded: attempt.totalPrice })
  },

  'refunds a part, and another part under another number': async (harness) => {
    const { payNo } = await paidTrade(harness)
    equal((await harness.gateway.refund(refundOf({ amount: fen(1) }))).kind, 'succeeded')
    equal((await harness.gateway.refund(refundOf({ amount: fen(9), outRequestNo: sampleId(202) }))).kind, 'succeeded')
    equal(await refundedBy(harness, payNo), 1, 'the amount refunded under the first number')
    equal((await harness.moneyOf(payNo)).refunded, 10, 'the money refunded')
  },

  'moves money once for a repeated refund': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const part = refundOf({ amount: fen(100) })
    await harness.gateway.refund(part)
    ensure(isTaken(await harness.gateway.refund(part)), 'A repeated refund is taken.')
    equal((await harness.moneyOf(payNo)).refunded, 100, 'the money refunded')
  },

  'moves money once for one refund by many callers at once': async (harness) => {
    const { payNo } = await paidTrade(harness)
    await atOnce(4, () => harness.gateway.refund(refundOf({ amount: fen(100) })))
    equal((await harness.moneyOf(payNo)).refunded, 100, 'the money refunded')
  },

  'moves money once although the first answer was lost': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const part = refundOf({ amount: fen(100) })
    await harness.loseAnswers()
    equal((await harness.gateway.refund(part)).kind, 'unknown')
    await harness.makeAnswersClear()
    ensure(isTaken(await harness.gateway.refund(part)), 'The repeated refund is taken.')
    equal(await refundedBy(harness, payNo), 100, 'the amount refunded under this number')
    equal((await harness.moneyOf(payNo)).refunded, 100, 'the money refunded')
  },

  'refuses to refund more than was paid': async (harness) => {
    const { payNo } = await paidTrade(harness)
    equal((await harness.gateway.refund(refundOf({ amount: fen(9_901) }))).kind, 'refused')
    equal((await harness.moneyOf(payNo)).refunded, 0, 'the money refunded')
  },

  'refuses to refund what was never paid': async (harness) => {
    await openTrade(harness)
    equal((await harness.gateway.refund(refundOf())).kind, 'refused', 'the refund of an unpaid trade')
    equal((await harness.gateway.refund(refundOf({ payNo: nobody }))).kind, 'refused', 'the refund of no trade')
  },

  'answers trade_closed to a new refund of a trade that was refunded whole': async (harness) => {
    const { payNo } = await paidTrade(harness)
    await harness.gateway.refund(refundOf())
    const next = refundOf({ amount: fen(1), outRequestNo: sampleId(202) })
    equal((await harness.gateway.refund(next)).kind, 'trade_closed', 'the refund of a refunded trade')
    ensure(isTaken(await harness.gateway.refund(refundOf())), 'The known refund is taken again.')
    equal((await harness.moneyOf(payNo)).refunded, refundOf().amount, 'the money refunded')
  },

  'knows a refund that was made in the gateway’s console': async (harness) => {
    const { payNo } = await paidTrade(harness)
    await harness.refundInConsole(payNo, fen(100), 'by-hand')
    await harness.advance(REFUND_IS_KNOWN_MS)
    const answer = await harness.gateway.queryRefund(payNo, 'by-hand')
    equal(answer.kind === 'succeeded' ? answer.amount : answer.kind, fen(100))
  },

  'has nothing to tell of a refund that it did not get': async (harness) => {
    const { payNo } = await paidTrade(harness)
    await harness.gateway.refund(refundOf({ amount: fen(100) }))
    equal((await harness.gateway.queryRefund(payNo, sampleId(202))).kind, 'absent')
    equal((await harness.gateway.queryRefund(nobody, sampleId(201))).kind, 'absent')
  },

  'does not call a refund succeeded before its money moves': async (harness) => {
    const { payNo, attempt } = await paidTrade(harness)
    await harness.holdRefunds()
    equal((await harness.gateway.refund(refundOf())).kind, 'accepted')
    equal((await harness.gateway.queryRefund(payNo, refundOf().outRequestNo)).kind, 'absent')
    await harness.releaseRefunds()
    equal(await refundedBy(harness, payNo), attempt.totalPrice, 'the amount refunded under this number')
  },

  'answers unknown, and throws nothing, when no clear answer comes': async (harness) => {
    await paidTrade(harness)
    await harness.makeAnswersUnclear()
    for (const answer of await Promise.all(everyAnswer(harness))) {
      ensure(answer.kind === 'unknown' && answer.reason.length > 0, 'An answer that is not clear is unknown.')
    }
  },

  'answers unknown although the trade was closed, when the answer was lost': async (harness) => {
    const { payNo } = await openTrade(harness)
    await harness.loseAnswers()
    equal((await harness.gateway.close(payNo)).kind, 'unknown')
    await harness.makeAnswersClear()
    equal((await evidenceOf(harness, payNo)).tradeStatus, 'closed')
  },

  'reads every field from what the gateway signed, whatever is added on the way': async (harness) => {
    const { payNo: paid } = await paidTrade(harness)
    const clear = await evidenceOf(harness, paid)
    await harness.addUnsignedClaims()
    const answer = await harness.gateway.query(paid)
    if (answer.kind === 'evidence') equal(answer.evidence, clear)
    ensure((await harness.gateway.query(nobody)).kind !== 'evidence', 'An added claim makes a trade of nothing.')
    const refund = await harness.gateway.queryRefund(paid, refundOf().outRequestNo)
    ensure(refund.kind !== 'succeeded', 'An added claim makes a refund of nothing.')
  },

  'leaves no secret in its reasons': async (harness) => {
    ensure(harness.secrets.length > 0, 'The harness names at least one secret.')
    const refused = await harness.gateway.refund(refundOf({ payNo: nobody }))
    await harness.makeAnswersUnclear()
    const text = textOf([refused, ...(await Promise.all(everyAnswer(harness)))])
    ensure(!harness.secrets.some((secret) => text.includes(secret)), 'A reason shows a secret.')
  },
})
