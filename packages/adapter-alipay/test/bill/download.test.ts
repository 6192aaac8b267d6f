import type { BeijingDay } from '@coursepay/core/ports'
import { describe, expect, it } from 'vitest'
import type { FaultRule } from '../../sandbox/index.js'
import { createBillSource, defaultBillLimits } from '../../src/bill/bill-source.js'
import { createAlipayClient } from '../../src/client/alipay-client.js'
import { checkSettings } from '../../src/settings/alipay-settings.js'
import { openBillShop } from '../support/bill-harness.js'

const today = '2026-11-20' as BeijingDay
const DAY = 86_400_000

/** A shop that sold one thing yesterday; what the adapter says of yesterday's bill under these faults. */
async function answerUnder(faults: readonly FaultRule[], limits: Partial<typeof defaultBillLimits> = {}) {
  await using shop = await openBillShop()
  await shop.pay(shop.attempt({ expireDate: shop.clock.now() + DAY }))
  await shop.clock.advance(DAY)
  for (const fault of faults) shop.sandbox.fault(fault)
  const client = createAlipayClient(checkSettings({ ...shop.sandbox.merchant, timeoutMs: 300 }), () => shop.clock.now())
  const bills = createBillSource(client, { ...defaultBillLimits, ...limits })
  const answer = await bills.billOf(today).catch((error: unknown) => error)
  return { answer, sandbox: shop.sandbox }
}

const toGateway = 'alipay.data.dataservice.bill.downloadurl.query'
const withAddress = (bill_download_url: string | undefined): FaultRule => ({
  at: 'gateway',
  kind: 'changed_answer',
  method: toGateway,
  fields: { bill_download_url },
})
const refusedWith = (code: string): FaultRule => ({ at: 'gateway', kind: 'sub_code', method: toGateway, code })

describe('the answer about a bill', () => {
  it.each(['BILL_NOT_EXIST', 'isp.bill_not_exist', 'NO_BILL_DATA'])('given %s, then there is none', async (code) => {
    expect((await answerUnder([refusedWith(code)])).answer).toEqual({ kind: 'absent' })
  })

  it.each([
    ['INVAILID_ARGUMENTS', 'gateway_refused'],
    ['BILL_DATE_BEFORE_REGISTRATION', 'gateway_refused'],
    ['isv.insufficient-isv-permissions', 'gateway_refused'],
    ['UNKNOWN_ERROR', 'gateway_unknown'],
    ['isp.unknow-error', 'gateway_unknown'],
  ])('given %s, then it is %s', async (subCode, code) => {
    const { answer } = await answerUnder([refusedWith(subCode)])
    expect(answer).toMatchObject({ code, message: expect.stringContaining(subCode) })
  })

  it.each<[what: string, fault: FaultRule]>([
    ['no address', withAddress(undefined)],
    ['an address of a file', withAddress('file:///etc/passwd')],
    ['an address of a script', withAddress('data:text/csv,1')],
    ['no address at all', withAddress('dwbillcenter')],
    ['nobody there', withAddress('http://127.0.0.1:9/bill')],
    ['a signature that is not his', { at: 'gateway', kind: 'bad_sign' }],
  ])('given %s, then it is gateway_unknown', async (_, fault) => {
    expect((await answerUnder([fault])).answer).toMatchObject({ code: 'gateway_unknown' })
  })
})

describe('the download', () => {
  it.each<[what: string, fault: FaultRule, sentence: RegExp]>([
    ['503', { at: 'bill_download', kind: 'http_status', status: 503 }, /HTTP status 503/],
    ['an end in the middle', { at: 'bill_download', kind: 'truncate' }, /connection failed/],
    ['half of the file', { at: 'bill_download', kind: 'half_file' }, /not a zip/],
    ['half of the details', { at: 'bill_download', kind: 'half_detail', lines: 5 }, /end is missing/],
    ['a byte that changed on the way', { at: 'bill_download', kind: 'flip_byte' }, /checksum|broken/],
    ['a page', { at: 'bill_download', kind: 'body', body: '<html></html>' }, /not a zip/],
    ['no answer', { at: 'bill_download', kind: 'hang' }, /No whole answer arrived within/],
    ['a redirect for ever', { at: 'bill_download', kind: 'http_status', status: 302, location: '?again' }, /too often/],
    [
      'a redirect to a file',
      { at: 'bill_download', kind: 'http_status', status: 302, location: 'file:///etc/passwd' },
      /begins with neither http nor https/,
    ],
  ])('given %s, then it is gateway_unknown, and the reason holds no address', async (_, fault, sentence) => {
    const { answer, sandbox } = await answerUnder([fault], { timeoutMs: 400 })
    expect(answer).toMatchObject({ code: 'gateway_unknown', message: expect.stringMatching(sentence) })
    expect(String(answer)).not.toContain(sandbox.url)
  })

  it('given a redirect to the same file, then it is followed', async () => {
    const redirect: FaultRule = { at: 'bill_download', kind: 'http_status', status: 302, location: '?', times: 1 }
    expect((await answerUnder([redirect])).answer).toMatchObject({ bill: { rows: [{ amount: 9_900 }] } })
  })

  it('given more bytes than allowed, then it stops', async () => {
    const { answer } = await answerUnder([], { maxBytes: 500 })
    expect(answer).toMatchObject({ message: expect.stringContaining('larger than 500 bytes') })
  })

  it('given a bomb beside the details, then it stops', async () => {
    const bomb: FaultRule = { at: 'bill_download', kind: 'bomb', mebibytes: 8 }
    const { answer } = await answerUnder([bomb], { maxUnpackedBytes: 2 ** 20 })
    expect(answer).toMatchObject({ message: expect.stringContaining('unpacks to more') })
  })

  it('given a day without a trade, then its bill is empty', async () => {
    await using shop = await openBillShop()
    await shop.clock.advance(DAY)
    expect(await shop.bills.billOf(today)).toMatchObject({ bill: { day: today, rows: [] } })
  })
})
