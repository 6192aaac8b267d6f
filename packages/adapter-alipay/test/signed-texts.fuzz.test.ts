import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AlipayClient } from '../src/client/alipay-client.js'
import { fieldsOf, splitAnswer } from '../src/client/answer-text.js'
import { createAlipayNotifyReader } from '../src/notification/notify-reader.js'
import { createRandom, damagedInputs, expectFast, INPUTS, pick, type Random, TIMEOUT_MS } from './support/fuzz.js'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const signed = (text: string) => sign('RSA-SHA256', Buffer.from(text), pair.privateKey).toString('base64')

const client: AlipayClient = {
  call: async () => ({ kind: 'unknown', reason: 'unused' }),
  page: () => '',
  alipayCertSn: 'abc',
  verifyBytes: (content, text) => {
    const signature = Buffer.from(text, 'base64')
    return signature.length === 256 && verify('RSA-SHA256', content, pair.publicKey as KeyObject, signature)
  },
}

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
const PAYMENTS = [PAYMENT, { ...PAYMENT, subject: 'x&total_amount=0.01&trade_status=TRADE_SUCCESS&zz=' }].map(
  (fields) => {
    const text = Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join('&')
    return { text, sign: signed(text), body: new URLSearchParams({ ...fields, sign_type: 'RSA2', sign: signed(text) }) }
  },
)

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
  const accepted: unknown[] = []
  /** Each input is explained, as if a second had passed. */
  let at = 0
  const reader = createAlipayNotifyReader(client, () => at)
  const read = async (body: string) => {
    const reading = await reader.read(latin1(body))
    if (reading.kind === 'genuine') accepted.push(reading.evidence)
  }

  it(
    'takes nothing but what was signed, however the bytes are changed',
    async () => {
      accepted.length = 0
      const good = PAYMENTS.map(({ body }) => String(body))
      const bodies = damagedInputs(1, good, { pieces, maxLength: 65_536 })
      for (const body of bodies) await read(body)
      expect(accepted.length).toBeGreaterThan(10)
      for (const evidence of accepted) {
        expect(evidence).toMatchObject({
          outTradeNo: PAYMENT.out_trade_no,
          totalAmount: 9_900,
          tradeNo: PAYMENT.trade_no,
        })
      }
    },
    TIMEOUT_MS,
  )

  it(
    'takes nothing but what was signed, however the signed text is cut into fields',
    async () => {
      accepted.length = 0
      const random = createRandom(2)
      for (let count = 0; count < INPUTS; count += 1) {
        const { text, sign: signature } = pick(random, PAYMENTS)
        const pairs: [string, string][] = [...recut(random, text), ['sign_type', 'RSA2'], ['sign', signature]]
        await read(String(new URLSearchParams(pairs)))
      }
      expect(accepted.length).toBeGreaterThan(10)
      for (const evidence of accepted) expect(evidence).toMatchObject({ totalAmount: 9_900, refundedAmount: 0 })
    },
    TIMEOUT_MS,
  )

  it(
    'takes at most 50 ms for any body, explanation included',
    () => {
      const random = createRandom(3)
      const many = Object.fromEntries(
        Array.from({ length: 50 }, (_, index) => [`field_${index}`, 'x'.repeat(random(999))]),
      )
      const good = [
        ...PAYMENTS.map(({ body }) => String(body)),
        String(new URLSearchParams({ ...PAYMENT, ...many, sign: 'AAAA' })),
      ]
      expectFast(damagedInputs(3, good, { pieces, maxLength: 65_536, inputs: INPUTS / 50 }), (body) => {
        at += 1_000
        void read(body)
      })
    },
    TIMEOUT_MS,
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
    () => {
      const signature = signed(node)
      let taken = 0
      const good = [
        `{${root}:${node},"sign":"${signature}"}`,
        `{${root}:${node},"alipay_cert_sn":"a","sign":"${signature}"}`,
      ]
      expectFast(damagedInputs(4, good, { pieces, maxLength: 262_144 }), (text) => {
        const answer = splitAnswer(text, METHOD)
        if (answer === null) return
        expect(JSON.parse(text)).toMatchObject(
          answer.isError ? {} : { alipay_trade_query_response: JSON.parse(answer.node) },
        )
        fieldsOf(answer.node)
        if (answer.sign !== signature || answer.isError) return
        // A changed node cannot be signed: only the original verifies.
        if (answer.node === node) taken += 1
        else expect(client.verifyBytes(Buffer.from(answer.node), answer.sign)).toBe(false)
      })
      expect(taken).toBeGreaterThan(10)
    },
    TIMEOUT_MS,
  )
})
