import { type Fen, fen } from '../../src/index.js'
import type { NotifyReader, PaymentEvidence } from '../../src/ports.js'
import { notifyReaderContract, type PaymentGatewayHarness } from '../../testing/contracts/index.js'
import { FAKE_SECRET } from '../harnesses/fake-secret.js'
import { paymentGatewayHarness } from '../harnesses/payment-gateway-harness.js'
import { changed, type Sabotage, sabotaged } from './sabotage.js'

const inReader =
  (
    read: (body: Uint8Array, reader: NotifyReader) => ReturnType<NotifyReader['read']>,
  ): Sabotage<PaymentGatewayHarness> =>
  (harness) =>
    changed(harness, { notifyReader: { read: (body) => read(body, harness.notifyReader) } })

/** Spoils what a genuine notification says. */
const readAs = (spoil: (evidence: PaymentEvidence) => PaymentEvidence) =>
  inReader(async (body, reader) => {
    const reading = await reader.read(body)
    return reading.kind === 'genuine' ? { ...reading, evidence: spoil(reading.evidence) } : reading
  })

/** Spoils why a body is rejected. */
const rejectedAs = (spoil: (claimed: string | null) => { reason: string; claimedOutTradeNo: string | null }) =>
  inReader(async (body, reader) => {
    const reading = await reader.read(body)
    return reading.kind === 'rejected' ? { kind: 'rejected', ...spoil(reading.claimedOutTradeNo) } : reading
  })

const textOf = (body: Uint8Array) => new TextDecoder().decode(body)

/** Takes fields from the body without looking at the signature. */
async function readUnverified(body: Uint8Array, reader: NotifyReader) {
  const reading = await reader.read(body)
  const parsed = /"outTradeNo":"(\d+)".*"totalAmount":(\d+)/.exec(textOf(body))
  if (reading.kind === 'genuine' || parsed === null) return reading
  const [, outTradeNo = '', amount] = parsed
  const evidence: PaymentEvidence = {
    ...{ source: 'notify', appId: '', sellerId: '', outTradeNo, tradeNo: '', tradeStatus: 'paid' },
    ...{ totalAmount: Number(amount) as Fen, paidAt: null, refundedAmount: fen(0), refundRequestNo: null },
  }
  return { kind: 'genuine', evidence } as const
}

export const notifyReaderSabotage = sabotaged(notifyReaderContract, paymentGatewayHarness, {
  'reads a notification of a payment': readAs((evidence) => ({ ...evidence, sellerId: null })),

  // 0.29 * 100 is 28.999999999999996, and cut off it is a fen too little.
  'keeps amounts exact, from one fen to the largest payment': readAs((evidence) => ({
    ...evidence,
    totalAmount: fen(Math.trunc((evidence.totalAmount / 100) * 100)),
  })),

  'reads a notification of a trade that was closed': readAs((evidence) => ({
    ...evidence,
    tradeStatus: evidence.tradeStatus === 'closed' ? 'unknown' : evidence.tradeStatus,
  })),

  'tells a refund’s notification from that of a payment': readAs((evidence) => ({
    ...evidence,
    refundedAmount: fen(0),
  })),

  'names a refund that was made in the gateway’s console by its number': readAs((evidence) => ({
    ...evidence,
    refundRequestNo: null,
  })),

  'takes what is genuine but meant for another as genuine': (harness) =>
    inReader(async (body, reader) => {
      const reading = await reader.read(body)
      if (reading.kind === 'rejected' || reading.evidence.appId === harness.gateway.merchant.appId) return reading
      return { kind: 'rejected', reason: 'foreign app', claimedOutTradeNo: reading.evidence.outTradeNo }
    })(harness),

  'reads the same again, for however many, and leaves the bytes as they are': [
    // Remembers what it has read, and calls a repeat a replay.
    (harness) => {
      const seen = new Set<string>()
      return inReader(async (body, reader) => {
        const again = seen.has(textOf(body))
        seen.add(textOf(body))
        return again ? { kind: 'rejected', reason: 'replay', claimedOutTradeNo: null } : reader.read(body)
      })(harness)
    },
    inReader(async (body, reader) => {
      const reading = await reader.read(body)
      body.fill(0)
      return reading
    }),
  ],

  'rejects what somebody else signed, with what it claims and a reason': rejectedAs(() => ({
    reason: 'bad signature',
    claimedOutTradeNo: null,
  })),

  'reads nothing else, whichever byte is changed': inReader(readUnverified),
  'rejects a notification that was cut off': inReader(readUnverified),

  'rejects any bytes that are no notification, throws nothing, and claims nothing for what names no payment': [
    inReader(async (body, reader) => {
      if (body.length === 0) throw new RangeError('no bytes')
      return reader.read(body)
    }),
    rejectedAs((claimed) => ({ reason: 'bad signature', claimedOutTradeNo: claimed ?? '' })),
  ],

  'leaves no secret in its reasons': rejectedAs((claimedOutTradeNo) => ({
    reason: `not signed with ${FAKE_SECRET}`,
    claimedOutTradeNo,
  })),
})
