import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { beijingDay, CheckoutError } from '@coursepay/core'
import { describe, expect, it } from 'vitest'
import { issueCertificates } from '../sandbox/keys.js'
import { readAlipayAmount } from '../src/alipay-amount.js'
import type { AlipayClient } from '../src/alipay-client.js'
import { createAlipayNotifyReader } from '../src/alipay-notify.js'
import { readAppId, readGateway, readSellerId } from '../src/alipay-settings.js'
import { readBeijingTime, writeBeijingTime } from '../src/alipay-time.js'
import { fieldsOf, splitAnswer } from '../src/answer-text.js'
import { readColumns } from '../src/bill/bill-columns.js'
import { defaultBillLimits, readBillFile } from '../src/bill/bill-source.js'
import { readBillRow } from '../src/bill/read-bill-row.js'
import { readDetail } from '../src/bill/read-detail.js'
import { readSummaryFee } from '../src/bill/read-summary.js'
import { readCertificates, readPrivateKey, readPublicKey } from '../src/read-keys.js'
import { day, detailText, entry, zipOf } from './support/bill-file.js'
import {
  createRandom,
  damagedInputs,
  expectFast,
  INPUTS,
  mutated,
  pick,
  type Random,
  repeated,
} from './support/fuzz.js'

const MINUTE = 60_000
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const latin1 = (text: string) => Buffer.from(text, 'latin1')
const signed = (text: string) => sign('RSA-SHA256', Buffer.from(text), pair.privateKey).toString('base64')

/** Refuses with the word that its port promises; every other error is a crash. */
function orRefused<Result>(read: () => Result, ...codes: readonly string[]): Result | null {
  try {
    return read()
  } catch (error) {
    if (CheckoutError.isInstance(error) && codes.includes(error.code)) return null
    throw error
  }
}

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
    MINUTE,
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
    MINUTE,
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
    MINUTE,
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
        // Whoever changes the node cannot sign it: only the original verifies.
        if (answer.node === node) taken += 1
        else expect(client.verifyBytes(Buffer.from(answer.node), answer.sign)).toBe(false)
      })
      expect(taken).toBeGreaterThan(10)
    },
    MINUTE,
  )
})

describe('under fuzzing, the readers of bills', () => {
  const pieces = [
    ',',
    '"',
    '\t',
    ' ',
    '1.00',
    '-',
    '2026-11-22 08:00:00',
    '交易',
    '退款',
    '\r\n',
    '#',
    '""',
    '业务明细列表结束',
    '0',
  ]

  it(
    'read a line as it was meant, or not at all, whatever its names hold',
    () => {
      const random = createRandom(5)
      const [names = '', line = ''] = detailText([entry()]).split('\r\n').slice(4)
      const columns = readColumns(names.split(',')) ?? []
      const cells = line.split(',')
      const free = ['商品名称', '门店名称', '对方账户', '券名称', '备注'].map((name) => names.split(',').indexOf(name))
      const body = Buffer.from(line)
      const meant = readBillRow(line, columns, body)
      let unread = 0
      function* lines() {
        for (let count = 0; count < INPUTS; count += 1) {
          const changed = [...cells]
          const damage = (cell: string) =>
            random(500) === 0 ? repeated(random, pieces, 100_000) : mutated(random, cell, pieces)
          for (const at of free) {
            if (random(2) === 0) changed[at] = damage(changed[at] ?? '').replaceAll(/[\r\n]/g, ' ')
          }
          yield changed.join(',')
        }
      }
      expectFast(lines(), (text) => {
        const row = readBillRow(text, columns, body)
        if (!('row' in row)) unread += 1
        else if (JSON.stringify(row) !== JSON.stringify(meant)) expect({ text, row }).toEqual({ text, row: meant })
      })
      expect(unread / INPUTS).toBeLessThan(0.1)
    },
    MINUTE,
  )

  it(
    'refuse every other file, and are fast',
    () => {
      const detail = detailText([entry(), entry({ type: '退款', amountFen: -9_900, outRequestNo: 'R1' })])
      expectFast(damagedInputs(6, [detail], { pieces, maxLength: 100_000, inputs: INPUTS / 2 }), (text) => {
        orRefused(() => readDetail(Buffer.from(text), day), 'gateway_unknown')
        readSummaryFee(Buffer.from(text))
      })
      const file = Buffer.from(zipOf(['a_业务明细.csv', Buffer.from(detail)])).toString('latin1')
      const bytes = ['\0', '\x01', '\xff', 'PK', 'PK\x01\x02', 'PK\x03\x04', '\x7f\xff']
      expectFast(damagedInputs(7, [file], { pieces: bytes, maxLength: 100_000, inputs: INPUTS / 2 }), (text) => {
        orRefused(() => readBillFile(latin1(text), beijingDay('2026-11-22'), defaultBillLimits), 'gateway_unknown')
      })
    },
    MINUTE,
  )
})

describe('under fuzzing, the readers of settings', async () => {
  const { appCert } = await issueCertificates({ merchant: pair.publicKey, alipay: pair.publicKey })
  const privatePem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const publicPem = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const pieces = [
    '-----',
    '\\n',
    '\n',
    ' ',
    '=',
    'A',
    'MII',
    '-----BEGIN PRIVATE KEY-----',
    'ENCRYPTED',
    '\ufeff',
    '"',
    '/',
    '\0',
    '课',
  ]
  const bare = (pem: string) => pem.replaceAll(/-----[^-]+-----|\s/g, '')

  it(
    'take a key that works, or say in a sentence without it what is wrong',
    () => {
      // OpenSSL takes 0.4 ms for a key that is nearly right.
      const inputs = INPUTS / 10
      const good = [
        privatePem,
        publicPem,
        appCert,
        bare(privatePem),
        bare(publicPem),
        privatePem.replaceAll('\n', '\\n'),
      ]
      const secret = bare(privatePem)
      expectFast(damagedInputs(8, good, { pieces, maxLength: 65_536, inputs }), (text) => {
        const key = orRefused(() => readPrivateKey(text), 'invalid_request')
        if (key !== null) expect(key.equals(pair.privateKey)).toBe(true)
        for (const read of [readPublicKey, readCertificates]) orRefused(() => read(text), 'invalid_request')
        try {
          readPrivateKey(text)
        } catch (error) {
          const message = String(error)
          for (let at = 0; at < message.length - 24; at += 1) expect(secret).not.toContain(message.slice(at, at + 24))
        }
      })
    },
    MINUTE,
  )

  it(
    'take ids, addresses, amounts and times in their one form',
    () => {
      const good = ['2088000000000002', 'https://openapi.alipay.com/gateway.do', '99.00', '2026-11-22 08:00:00.123']
      const odd = ['0', '-', '.', ' ', '9', '٣', '1e3', 'http://', '@', '2088', ':', '\0', '02-31', '']
      expectFast(damagedInputs(9, good, { pieces: odd, maxLength: 10_000 }), (text) => {
        const id = orRefused(() => readSellerId(text), 'invalid_request')
        if (id !== null) expect(id).toMatch(/^2088[0-9]{12}$/)
        const app = orRefused(() => readAppId(text), 'invalid_request')
        if (app !== null) expect(app).toMatch(/^[0-9]{1,32}$/)
        const gateway = orRefused(() => readGateway(text), 'invalid_request')
        if (gateway !== null) expect(new URL(gateway).protocol).toMatch(/^https?:$/)
        const amount = readAlipayAmount(text)
        if (amount !== null) expect(amount).toBe(Math.round(Number(text) * 100))
        const at = readBeijingTime(text)
        if (at !== null) expect(writeBeijingTime(at)).toBe(text.slice(0, 19))
      })
    },
    MINUTE,
  )
})
