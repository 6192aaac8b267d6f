import { payNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { asciiText } from '../fakes/fake-notify-format.js'
import { ensure, equal, failureOf, showsNoSecret } from './assertions.js'
import { defineContract } from './define-contract.js'
import {
  evidenceOf,
  freshAttempt,
  openTrade,
  type PaymentGatewayHarness,
  paidTrade,
} from './payment-gateway-harness.js'
import { gatewayRefundClauses, sampleRefundInstruction, UNKNOWN_PAY_NO } from './payment-gateway-refunds.js'
import { awkwardAmounts, SAMPLE_TEXT, sampleId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

const callEveryMethod = ({ gateway }: PaymentGatewayHarness) => [
  gateway.query(payNo(sampleId(100_001))),
  gateway.close(payNo(sampleId(100_001))),
  gateway.refund(sampleRefundInstruction()),
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
    await harness.gateway.refund(sampleRefundInstruction({ amount: fen(1) }))
    for (const answer of await Promise.all(callEveryMethod(harness))) {
      const text = asciiText(answer.body ?? new Uint8Array())
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

  'makes a page for a name of any text, and without an address to return to': async (harness) => {
    const attempts = [{ orderName: `${SAMPLE_TEXT} &=+?#%<a href='x'>` }, { returnUrl: null }]
    for (const [count, changes] of attempts.entries()) {
      const { payNo: paid } = await paidTrade(harness, { payNo: payNo(sampleId(110 + count)), ...changes })
      equal((await evidenceOf(harness, paid)).tradeStatus, 'paid')
    }
  },

  'makes a page without calling the gateway': async (harness) => {
    await harness.makeAnswersUnclear()
    const { url } = await harness.gateway.payPage(freshAttempt(harness))
    ensure(/^https?:\/\//.test(url), `${url} is an address for a browser.`)
  },

  'makes pages of one attempt, also for a desktop, that pay one trade, once': async (harness) => {
    for (const [count, product] of (['page', 'wap'] as const).entries()) {
      const { attempt, payNo: paid, page } = await openTrade(harness, { payNo: payNo(sampleId(110 + count)) })
      const { tradeNo } = await evidenceOf(harness, paid)
      await harness.pay(await harness.gateway.payPage(attempt, product))
      for (const again of [page, await harness.gateway.payPage(attempt, product)]) await failureOf(harness.pay(again))
      equal((await evidenceOf(harness, paid)).tradeNo, tradeNo, 'the number of the trade')
      equal((await harness.moneyOf(paid)).received, attempt.totalPrice, 'the money received')
    }
  },

  'makes pages for many callers at once': async (harness) => {
    const attempts = [1, 2, 3, 4].map((count) => freshAttempt(harness, { payNo: payNo(sampleId(100 + count)) }))
    const pages = await Promise.all(attempts.map((attempt) => harness.gateway.payPage(attempt)))
    for (const page of pages) await harness.pay(page)
    for (const { payNo } of attempts) equal((await evidenceOf(harness, payNo)).tradeStatus, 'paid', payNo)
  },

  'lets nobody pay an attempt that has run out': async (harness) => {
    const attempt = freshAttempt(harness)
    const page = await harness.gateway.payPage(attempt)
    await harness.advance(attempt.expireDate - harness.now() + 1_000)
    await failureOf(harness.pay(page))
    equal((await harness.moneyOf(attempt.payNo)).received, 0, 'the money received')
  },

  'knows no trade until the buyer acts on the page, and has none to close': async (harness) => {
    const attempt = freshAttempt(harness)
    const page = await harness.gateway.payPage(attempt)
    equal((await harness.gateway.query(attempt.payNo)).kind, 'no_trade')
    equal((await harness.gateway.close(attempt.payNo)).kind, 'no_trade')
    await harness.pay(page)
    ensure(Number(UNKNOWN_PAY_NO) === Number(attempt.payNo), 'The two numbers are one number to a float.')
    equal((await harness.gateway.query(UNKNOWN_PAY_NO)).kind, 'no_trade')
  },

  'reports a trade that waits for its buyer, the same for however many': async (harness) => {
    const { payNo } = await openTrade(harness)
    const first = await evidenceOf(harness, payNo)
    equal([first.tradeStatus, first.paidAt], ['waiting', null])
    for (const evidence of await callConcurrently(4, () => evidenceOf(harness, payNo))) equal(evidence, first)
  },

  'closes a trade, also when repeated, and nobody can pay it then': async (harness) => {
    const { payNo, page } = await openTrade(harness)
    equal((await harness.gateway.close(payNo)).kind, 'closed')
    equal((await evidenceOf(harness, payNo)).tradeStatus, 'closed')
    await failureOf(harness.pay(page))
    equal((await harness.moneyOf(payNo)).received, 0, 'the money received')
    const { kind } = await harness.gateway.close(payNo)
    ensure(kind === 'closed' || kind === 'not_closable', `A repeated close is answered with ${kind}.`)
  },

  'does not close a trade that is paid': async (harness) => {
    const { payNo } = await paidTrade(harness)
    equal((await harness.gateway.close(payNo)).kind, 'not_closable')
    equal((await evidenceOf(harness, payNo)).tradeStatus, 'paid')
  },

  ...gatewayRefundClauses,

  'answers unknown, throws nothing and shows no secret, when no clear answer comes': async (harness) => {
    await paidTrade(harness)
    const refused = await harness.gateway.refund(sampleRefundInstruction({ payNo: UNKNOWN_PAY_NO }))
    await harness.makeAnswersUnclear()
    const answers = await Promise.all(callEveryMethod(harness))
    for (const answer of answers)
      ensure(answer.kind === 'unknown' && answer.reason.length > 0, 'An answer that is not clear is unknown.')
    showsNoSecret(harness, [refused, ...answers])
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
    ensure(
      (await harness.gateway.query(UNKNOWN_PAY_NO)).kind !== 'evidence',
      'An added claim makes a trade of nothing.',
    )
    const refund = await harness.gateway.queryRefund(paid, sampleRefundInstruction().outRequestNo)
    ensure(refund.kind !== 'succeeded', 'An added claim makes a refund of nothing.')
  },
})
