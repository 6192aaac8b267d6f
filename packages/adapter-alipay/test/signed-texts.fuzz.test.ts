import { generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  createRandom,
  damagedInputs,
  expectFast,
  FUZZ_TIMEOUT_MS,
  INPUTS,
  pick,
  type Random,
  requireTrue,
} from '../../../tools/fuzz/fuzz.js'
import type { AlipayClient } from '../src/client/alipay-client.js'
import { splitAnswer, textFieldsOfJson } from '../src/client/answer-text.js'
import { createAlipayNotifyReader } from '../src/notification/notify-reader.js'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const latin1 = (text: string) => Buffer.from(text, 'latin1')
/** Each text that was signed, by its signature. */
const signedTexts = new Map<string, Buffer>()
const signed = (text: string) => {
  const signature = sign('RSA-SHA256', Buffer.from(text), pair.privateKey).toString('base64')
  signedTexts.set(signature, Buffer.from(text))
  return signature
}

const clientWith = (verifySignature: AlipayClient['verifySignature']): AlipayClient => ({
  call: async () => ({ kind: 'unknown', reason: 'unused' }),
  signPageUrl: () => '',
  alipayCertSn: 'abc',
  verifySignature,
})

/** Says what RSA says, without its 50 µs: a signature holds for the bytes that were signed, and for no others. */
const client = clientWith((content, text) => {
  const signature = Buffer.from(text, 'base64').toString('base64')
  return signedTexts.get(signature)?.equals(content) === true
})
const rsaClient = clientWith((content, text) =>
  verify('RSA-SHA256', content, pair.publicKey, Buffer.from(text, 'base64')),
)

const PAYMENT = {
  app_id: '2021000000000001',
  charset: 'utf-8',
  gmt_payment: '2026-11-22 08:00:05',
  out_trade_no: '7123456789012345678',
  seller_id: '2088000000000002',
  subject: '课程 100% + ☂',
  total_amount: '99.00',
  trade_no: '2026112222001000000000000001',
  trade_status: 'TRADE_SUCCESS',
}
/** The second is the buyer's attack: a name that reads like fields of its own. */
const PAYMENTS = [
  PAYMENT,
  { ...PAYMENT, subject: 'x&total_amount=0.01&trade_no=1&trade_status=TRADE_SUCCESS&zz=' },
].map((fields) => {
  const text = Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  return { text, sign: signed(text), body: new URLSearchParams({ ...fields, sign_type: 'RSA2', sign: signed(text) }) }
})

/** The signed text cut into other fields: at some of its ampersands, and at the first equals sign of each piece. */
function recut(random: Random, text: string): [string, string][] {
  const pairs: [string, string][] = []
  for (const piece of text.split('&')) {
    const last = pairs.at(-1)
    const at = piece.indexOf('=')
    if (last !== undefined && (at === -1 || random(3) === 0)) last[1] += `&${piece}`
    else pairs.push([piece.slice(0, at), piece.slice(at + 1)])
  }
  return pairs
}

describe('under fuzzing, the reader of notifications', () => {
  const pieces = [
    '&',
    '=',
    '%26',
    '%3D',
    '+',
    '%',
    '%E4',
    '\xff',
    '&total_amount=0.01',
    'total_amount',
    ';',
    '&amp;',
    '\0',
  ]
  let accepted = 0
  /** One input in ten is explained, as if a second had passed. */
  let seconds = 0
  const reader = createAlipayNotifyReader(client, () => 1_000 * Math.floor(seconds))
  const read = async (body: string) => {
    seconds += 0.1
    const reading = await reader.read(latin1(body))
    if (reading.kind !== 'genuine') return
    accepted += 1
    const { outTradeNo, tradeNo, totalAmount, refundedAmount } = reading.evidence
    requireTrue(outTradeNo === PAYMENT.out_trade_no && tradeNo === PAYMENT.trade_no)
    requireTrue(totalAmount === 9_900 && refundedAmount === 0)
  }

  it(
    'takes nothing but what was signed, however the bytes are changed',
    async () => {
      accepted = 0
      const good = PAYMENTS.map(({ body }) => String(body))
      await expectFast(damagedInputs(1, good, { pieces, maxLength: 65_536 }), read)
      expect(accepted).toBeGreaterThan(10)
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'takes nothing but what was signed, however the signed text is cut into fields',
    async () => {
      accepted = 0
      const random = createRandom(2)
      function* bodies() {
        for (let count = 0; count < INPUTS; count += 1) {
          const { text, sign: signature } = pick(random, PAYMENTS)
          yield String(new URLSearchParams([...recut(random, text), ['sign_type', 'RSA2'], ['sign', signature]]))
        }
      }
      await expectFast(bodies(), read)
      expect(accepted).toBeGreaterThan(10)
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'takes at most 50 ms for any body, explanation by RSA included',
    async () => {
      const random = createRandom(3)
      const many = Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [`field_${index}`, 'x'.repeat(random(999))]),
      )
      const good = [
        ...PAYMENTS.map(({ body }) => String(body)),
        String(new URLSearchParams({ ...PAYMENT, ...many, sign: 'AAAA' })),
      ]
      const { read: readByRsa } = createAlipayNotifyReader(rsaClient, () => (seconds += 1_000))
      const bodies = damagedInputs(3, good, { pieces, maxLength: 65_536 })
      // An explanation verifies up to 60 times.
      await expectFast(bodies.take(INPUTS / 200), async (body) => void (await readByRsa(latin1(body))))
    },
    FUZZ_TIMEOUT_MS,
  )
})

describe('under fuzzing, the reader of answers', () => {
  const METHOD = 'alipay.trade.query'
  const node = '{"code":"40004","sub_code":"ACQ.TRADE_NOT_EXIST","out_trade_no":"7","list":[{"a":"}"}]}'
  const paid = '{"code":"10000","trade_status":"TRADE_SUCCESS","total_amount":"99.00","out_trade_no":"7"}'
  const root = '"alipay_trade_query_response"'
  const pieces = [
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
    '\\u005f',
    `,${root}:${paid}`,
    `${root}:`,
    '"sign":"a"',
    paid,
  ]

  it(
    'takes only the node that was signed, and is fast',
    async () => {
      const signature = signed(node)
      let taken = 0
      const good = [
        `{${root}:${node},"sign":"${signature}"}`,
        `{${root}:${node},"alipay_cert_sn":"a","sign":"${signature}"}`,
      ]
      await expectFast(damagedInputs(4, good, { pieces, maxLength: 262_144 }), (text) => {
        const answer = splitAnswer(text, METHOD)
        if (answer === null) return
        const parsed = JSON.parse(text).alipay_trade_query_response
        if (!answer.isError) requireTrue(JSON.stringify(parsed) === JSON.stringify(JSON.parse(answer.node)))
        textFieldsOfJson(answer.node)
        if (answer.sign !== signature || answer.isError) return
        // A changed node cannot be signed: only the original verifies.
        if (answer.node === node) taken += 1
        else requireTrue(!client.verifySignature(Buffer.from(answer.node), answer.sign))
      })
      expect(taken).toBeGreaterThan(10)
    },
    FUZZ_TIMEOUT_MS,
  )
})
