import { generateKeyPairSync } from 'node:crypto'
import { CheckoutError } from '@coursepay/core'
import { beijingDay } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import { issueCertificates } from '../sandbox/keys.js'
import { readColumns } from '../src/bill/bill-columns.js'
import { defaultBillLimits, readBillFile } from '../src/bill/bill-source.js'
import { readBillRow } from '../src/bill/read-bill-row.js'
import { readDetail } from '../src/bill/read-detail.js'
import { readSummaryFee } from '../src/bill/read-summary.js'
import { readAlipayAmount, readBeijingTime, writeBeijingTime } from '../src/formats.js'
import { readAppId, readGateway, readSellerId } from '../src/settings/alipay-settings.js'
import { readCertificates, readPrivateKey, readPublicKey } from '../src/settings/read-keys.js'
import { day, detailText, entry, zipOf } from './support/bill-file.js'
import { createRandom, damagedInputs, expectFast, INPUTS, mutated, repeated, TIMEOUT_MS } from './support/fuzz.js'

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** Refuses with the word that its port promises; every other error is a crash. */
function orRefused<Result>(read: () => Result, ...codes: readonly string[]): Result | null {
  try {
    return read()
  } catch (error) {
    if (CheckoutError.isInstance(error) && codes.includes(error.code)) return null
    throw error
  }
}

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
    TIMEOUT_MS,
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
    TIMEOUT_MS,
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
    TIMEOUT_MS,
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
    TIMEOUT_MS,
  )
})
