import { generateKeyPairSync } from 'node:crypto'
import { CheckoutError } from '@coursepay/core'
import { readBeijingDay } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import {
  createRandom,
  damagedInputs,
  expectFast,
  FUZZ_TIMEOUT_MS,
  INPUTS,
  mutate,
  pick,
  repeated,
  requireTrue,
} from '../../../tools/fuzz/fuzz.js'
import { issueCertificates } from '../sandbox/keys.js'
import { tryReadColumns } from '../src/bill/bill-columns.js'
import { defaultBillLimits, readBillFile } from '../src/bill/bill-source.js'
import { readRowUnlessAmbiguous } from '../src/bill/read-bill-row.js'
import { readDetail } from '../src/bill/read-detail.js'
import { readSummaryFee } from '../src/bill/read-summary.js'
import { beijingTimeToEpochMs, epochMsToBeijingTime, readAlipayAmount } from '../src/formats.js'
import { readAppId, readGateway, readSellerId } from '../src/settings/alipay-settings.js'
import { readCertificates, readPrivateKey, readPublicKey } from '../src/settings/read-keys.js'
import { day, detailText, entry, zipOf } from './support/bill-file.js'

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
    async () => {
      const random = createRandom(5)
      const [names = '', line = ''] = detailText([entry()]).split('\r\n').slice(4)
      const columns = tryReadColumns(names.split(',')) ?? []
      const cells = line.split(',')
      const free = ['商品名称', '门店名称', '对方账户', '券名称', '备注'].map((name) => names.split(',').indexOf(name))
      const body = Uint8Array.of(1)
      const meant = JSON.stringify(readRowUnlessAmbiguous(line, columns, body))
      let unread = 0
      function* lines() {
        for (let count = 0; count < INPUTS; count += 1) {
          const changed = [...cells]
          const damage = (cell: string) =>
            random(1_000) === 0 ? repeated(random, pieces, 100_000) : mutate(random, cell, pieces)
          for (let damages = 1 + random(2); damages > 0; damages -= 1) {
            const at = pick(random, free)
            changed[at] = damage(changed[at] ?? '').replaceAll(/[\r\n]/g, ' ')
          }
          yield changed.join(',')
        }
      }
      await expectFast(lines(), (text) => {
        const row = readRowUnlessAmbiguous(text, columns, body)
        if (!('row' in row)) unread += 1
        else if (JSON.stringify(row) !== meant) expect(JSON.stringify(row)).toBe(meant)
      })
      expect(unread / INPUTS).toBeLessThan(0.1)
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'refuse every other file, and are fast',
    async () => {
      const detail = detailText([entry(), entry({ type: '退款', amountFen: -9_900, outRequestNo: 'R1' })])
      await expectFast(damagedInputs(6, [detail], { pieces, maxLength: 100_000 }), (text) => {
        orRefused(() => readDetail(Buffer.from(text), day), 'gateway_unknown')
        readSummaryFee(Buffer.from(text))
      })
      const file = Buffer.from(zipOf(['a_业务明细.csv', Buffer.from(detail)])).toString('latin1')
      const bytes = ['\0', '\x01', '\xff', 'PK', 'PK\x01\x02', 'PK\x03\x04', '\x7f\xff']
      await expectFast(damagedInputs(7, [file], { pieces: bytes, maxLength: 100_000 }), (text) => {
        orRefused(() => readBillFile(latin1(text), readBeijingDay('2026-11-22'), defaultBillLimits), 'gateway_unknown')
      })
    },
    FUZZ_TIMEOUT_MS,
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
    async () => {
      const good = [
        privatePem,
        publicPem,
        appCert,
        bare(privatePem),
        bare(publicPem),
        privatePem.replaceAll('\n', '\\n'),
      ]
      const secret = bare(privatePem)
      const parts = new Set(Array.from({ length: secret.length - 23 }, (_, at) => secret.slice(at, at + 24)))
      const quotesKey = (message: string) => [...message].some((_, at) => parts.has(message.slice(at, at + 24)))
      const random = createRandom(9)
      const isGoodKey = (text: string) => readPrivateKey(text).equals(pair.privateKey)
      // OpenSSL takes 0.1 ms or more for each: every input goes to one of the three.
      await expectFast(damagedInputs(8, good, { pieces, maxLength: 65_536 }), (text) => {
        try {
          requireTrue(pick(random, [isGoodKey, readPublicKey, readCertificates])(text) !== false)
        } catch (error) {
          if (!CheckoutError.isInstance(error) || quotesKey(error.message)) throw error
        }
      })
    },
    FUZZ_TIMEOUT_MS,
  )

  it(
    'take ids, addresses, amounts and times in their one form',
    async () => {
      const good = ['2088000000000002', 'https://openapi.alipay.com/gateway.do', '99.00', '2026-11-22 08:00:00.123']
      const odd = ['0', '-', '.', ' ', '9', '٣', '1e3', 'http://', '@', '2088', ':', '\0', '02-31', '']
      await expectFast(damagedInputs(9, good, { pieces: odd, maxLength: 10_000 }), (text) => {
        const id = orRefused(() => readSellerId(text), 'invalid_request')
        if (id !== null) requireTrue(/^2088[0-9]{12}$/.test(id))
        const app = orRefused(() => readAppId(text), 'invalid_request')
        if (app !== null) requireTrue(/^[0-9]{1,32}$/.test(app))
        const gateway = orRefused(() => readGateway(text), 'invalid_request')
        if (gateway !== null) requireTrue(/^https?:$/.test(new URL(gateway).protocol))
        const amount = readAlipayAmount(text)
        if (amount !== null) requireTrue(amount === Math.round(Number(text) * 100))
        const at = beijingTimeToEpochMs(text)
        if (at !== null) requireTrue(epochMsToBeijingTime(at) === text.slice(0, 19))
      })
    },
    FUZZ_TIMEOUT_MS,
  )
})
