import type { NotifyReader } from '../../src/orders/ports/notify-reader.js'
import { payNo } from '../../src/shared/identifiers.js'
import { fen } from '../../src/shared/money.js'
import { asciiBytes } from '../fakes/fake-notify-format.js'
import { ensure, equal, showsNoSecret } from './assertions.js'
import { defineContract } from './define-contract.js'
import { evidenceOf, openTrade, type PaymentGatewayHarness, paidTrade } from './payment-gateway-harness.js'
import { awkwardAmounts, sampleId } from './sample-data.js'
import { callConcurrently } from './store-harness.js'

const unsignedBodies = [
  new Uint8Array(),
  asciiBytes('nonsense'),
  asciiBytes('out_trade_no=1&sign=&sign_type=RSA2'),
  asciiBytes('{"outTradeNo":"1","sign":""}'),
  asciiBytes('null'),
  asciiBytes('&&==%%%E0%A4%A'),
  asciiBytes('__proto__=1&constructor=2&sign=AAAA&sign_type=RSA2'),
  Uint8Array.from({ length: 256 }, (_, byte) => byte),
  new Uint8Array(100_000).fill(0xff),
]

async function evidenceIn({ notifyReader }: PaymentGatewayHarness, body: Uint8Array) {
  const reading = await notifyReader.read(body)
  ensure(reading.kind === 'genuine', `The notification is genuine, but it was ${reading.kind}.`)
  return reading.evidence
}

async function rejectionOf(notifyReader: NotifyReader, body: Uint8Array) {
  const reading = await notifyReader.read(body)
  ensure(reading.kind === 'rejected', 'What nobody signed is rejected.')
  return reading
}

export const notifyReaderContract = defineContract<PaymentGatewayHarness>()('NotifyReader', {
  'reads a notification of a payment': async (harness) => {
    const { attempt, payNo } = await paidTrade(harness)
    const { merchant } = harness.gateway
    const { tradeNo, paidAt } = await evidenceOf(harness, payNo)
    const evidence = await evidenceIn(harness, await harness.notification(payNo))
    equal(evidence, {
      source: 'notify',
      appId: merchant.appId,
      sellerId: merchant.sellerId,
      outTradeNo: payNo,
      tradeNo,
      tradeStatus: 'paid',
      totalAmount: attempt.totalPrice,
      paidAt,
      refundedAmount: fen(0),
      refundRequestNo: null,
    })
  },

  'keeps amounts exact, from one fen to the largest payment': async (harness) => {
    for (const [count, totalPrice] of awkwardAmounts.entries()) {
      const { payNo: paid } = await paidTrade(harness, { payNo: payNo(sampleId(110 + count)), totalPrice })
      equal((await evidenceIn(harness, await harness.notification(paid))).totalAmount, totalPrice, 'the amount')
    }
  },

  'reads a notification of a trade that was closed': async (harness) => {
    const { payNo } = await openTrade(harness)
    await harness.gateway.close(payNo)
    equal((await evidenceIn(harness, await harness.notification(payNo))).tradeStatus, 'closed')
  },

  'tells a refund’s notification from that of a payment': async (harness) => {
    const { payNo } = await paidTrade(harness)
    await harness.gateway.refund({ payNo, amount: fen(100), reason: 'half', outRequestNo: sampleId(201) })
    const { tradeStatus, refundedAmount } = await evidenceIn(harness, await harness.notification(payNo))
    equal({ tradeStatus, refundedAmount }, { tradeStatus: 'paid', refundedAmount: fen(100) })
  },

  'names a refund that was made in the gateway’s console by its number': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const body = await harness.refundInConsole(payNo, fen(100), 'by-hand')
    const { outTradeNo, refundedAmount, refundRequestNo } = await evidenceIn(harness, body)
    equal([outTradeNo, refundedAmount, refundRequestNo], [payNo, 100, 'by-hand'])
  },

  'takes what is genuine but meant for another as genuine': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const { appId, outTradeNo } = await evidenceIn(harness, await harness.foreignNotification(payNo))
    equal(outTradeNo, payNo)
    ensure(appId !== harness.gateway.merchant.appId, 'The notification names the other merchant.')
  },

  'reads the same again, for however many, and leaves the bytes as they are': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const body = await harness.notification(payNo)
    const before = Array.from(body)
    const first = await evidenceIn(harness, body)
    equal(Array.from(body), before)
    for (const evidence of await callConcurrently(4, () => evidenceIn(harness, body))) equal(evidence, first)
  },

  'rejects what somebody else signed, with what it claims and a reason': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const rejection = await rejectionOf(harness.notifyReader, await harness.forgedNotification(payNo))
    equal([rejection.claimedOutTradeNo, rejection.claimedAppId], [payNo, harness.gateway.merchant.appId])
    ensure(rejection.reason.length > 0, 'There is a reason.')
  },

  'reads nothing else, whichever byte is changed': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const body = await harness.notification(payNo)
    const genuine = await evidenceIn(harness, body)
    for (let index = 0; index < body.length; index += 1) {
      const changed = body.slice()
      changed[index] = changed[index] === 0x31 ? 0x32 : 0x31
      const reading = await harness.notifyReader.read(changed)
      // Two bytes may mean the same to a form (`%2B`, `%2b`); then nothing was changed.
      if (reading.kind === 'genuine') equal(reading.evidence, genuine, `what is read with byte ${index} changed`)
    }
  },

  'rejects a notification that was cut off': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const body = await harness.notification(payNo)
    for (const length of [body.length - 1, Math.floor(body.length / 2), 1]) {
      equal((await harness.notifyReader.read(body.slice(0, length))).kind, 'rejected')
    }
  },

  'rejects any bytes that are no notification, throws nothing, and claims nothing for what names no payment': async ({
    notifyReader,
  }) => {
    for (const body of unsignedBodies) equal((await notifyReader.read(body)).kind, 'rejected')
    const { claimedOutTradeNo, claimedAppId = null } = await rejectionOf(notifyReader, asciiBytes('nonsense'))
    equal([claimedOutTradeNo, claimedAppId], [null, null], 'the number and app it claims')
  },

  'leaves no secret in its reasons': async (harness) => {
    const { payNo } = await paidTrade(harness)
    const bodies = [await harness.forgedNotification(payNo), ...unsignedBodies]
    showsNoSecret(harness, await Promise.all(bodies.map((body) => harness.notifyReader.read(body))))
  },
})
