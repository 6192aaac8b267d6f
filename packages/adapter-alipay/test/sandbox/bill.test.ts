import { describe, expect, it } from 'vitest'
import { givenSandbox, NOON } from './support/given.js'
import { call, payAddress, refund } from './support/merchant.js'

const bench = givenSandbox()
const DAY = 86_400_000

const askFor = (content: object) => call(bench.sdk, 'alipay.data.dataservice.bill.downloadurl.query', content)
const askForDay = (bill_date: string) => askFor({ bill_type: 'trade', bill_date })

/** NOON is 2026-03-01 12:00 in Beijing. */
const paid = (outTradeNo: string, order: object = {}) =>
  bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: outTradeNo, ...order }))

const download = async (day: string) => fetch(String((await askForDay(day)).bill_download_url))

/** Entry names as they stand in the central directory, and the texts, read with nothing of the code under test. */
async function filesOf(day: string): Promise<Record<string, string>> {
  const { unzipSync } = await import('fflate')
  const latin1 = unzipSync(new Uint8Array(await (await download(day)).arrayBuffer()))
  const encodeGbk = new TextDecoder('gbk', { fatal: true })
  return Object.fromEntries(
    Object.entries(latin1).map(([name, content]) => [
      encodeGbk.decode(Buffer.from(name, 'latin1')),
      encodeGbk.decode(content),
    ]),
  )
}

const detailOf = async (day: string) => {
  const files = await filesOf(day)
  const [name = ''] = Object.keys(files).filter((each) => !each.includes('汇总'))
  const lines = (files[name] ?? '').split('\r\n')
  return { lines, rows: lines.filter((line) => /^\d{28}\t,/.test(line)).map((line) => line.split(',')) }
}

const tomorrow = () => bench.clock.advance(DAY)

describe('asking for a bill', () => {
  it.each([
    ['no date', { bill_type: 'trade' }, 'INVAILID_ARGUMENTS'],
    ['no type', { bill_date: '2026-03-01' }, 'INVAILID_ARGUMENTS'],
    ['a day that does not exist', { bill_type: 'trade', bill_date: '2026-02-30' }, 'INVAILID_ARGUMENTS'],
    ['another form', { bill_type: 'trade', bill_date: '2026-3-1' }, 'INVAILID_ARGUMENTS'],
    ['another type', { bill_type: 'signcustomer', bill_date: '2026-02-01' }, 'TYPE_NOT_SUPPORTED'],
    ['today', { bill_type: 'trade', bill_date: '2026-03-01' }, 'BILL_NOT_EXIST'],
    ['a day to come', { bill_type: 'trade', bill_date: '2027-03-01' }, 'BILL_NOT_EXIST'],
  ])('given %s, then it is refused', async (_, content, subCode) => {
    expect(await askFor(content)).toMatchObject({ code: '40004', sub_code: subCode })
  })

  it('given a day without a trade, then there is an empty file, and the answer says so', async () => {
    expect(await askForDay('2026-02-28')).toMatchObject({
      code: '10000',
      bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE',
    })
    expect((await detailOf('2026-02-28')).rows).toEqual([])
  })

  it('given a day with a trade, then the answer has an address and no such word', async () => {
    await paid('T1')
    await tomorrow()
    const answer = await askForDay('2026-03-01')
    expect(answer.bill_download_url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/bill\/[0-9a-f]{32}$/)
    expect(answer).not.toHaveProperty('bill_file_code')
  })

  it('given 30 seconds, then the address is over; given an address of nobody, then there is nothing', async () => {
    const { bill_download_url: url } = await askForDay('2026-02-28')
    await bench.clock.advance(29_999)
    expect((await fetch(String(url))).status).toBe(200)
    await bench.clock.advance(1)
    expect((await fetch(String(url))).status).toBe(403)
    expect((await fetch(`${bench.sandbox.url}/bill/${'0'.repeat(32)}`)).status).toBe(403)
  })
})

describe('the file of a bill', () => {
  it('given any day, then it is a zip of the details and their summary, with names and texts in GBK', async () => {
    const { sellerId } = bench.sandbox.merchant
    const files = await filesOf('2026-02-28')
    expect(Object.keys(files).sort()).toEqual([
      `${sellerId}0156_20260228_业务明细(汇总).csv`,
      `${sellerId}0156_20260228_业务明细.csv`,
    ])
    expect(Object.values(files).map((text) => text.split('\r\n')[0])).toEqual([
      '#支付宝业务汇总查询',
      '#支付宝业务明细查询',
    ])
  })

  it('given payments and a refund, then there is a line for each, and totals below', async () => {
    await paid('T1', { subject: '微服务，实战' })
    await bench.clock.advance(60_000)
    await paid('T2', { total_amount: '1.00', subject: '练习' })
    await bench.clock.advance(1_000)
    await refund(bench.sdk, 'T1', '8.80', 'R1')
    await tomorrow()
    const { lines, rows } = await detailOf('2026-03-01')
    const { tradeNo } = bench.sandbox.trades.get('T1') ?? {}
    expect(lines.slice(0, 4)).toEqual([
      '#支付宝业务明细查询',
      '#账号：[20880000000000020156]',
      '#起始日期：[2026年03月01日 00:00:00]   终止日期：[2026年03月02日 00:00:00]',
      expect.stringMatching(/^#-+业务明细列表-+$/),
    ])
    expect(lines[4]?.split(',')).toHaveLength(25)
    expect(rows.map((row) => row.length)).toEqual([25, 25, 25])
    expect(rows[0]?.slice(0, 6)).toEqual([
      `${tradeNo}\t`,
      'T1\t',
      '交易\t',
      '微服务，实战',
      '2026-03-01 12:00:00',
      '2026-03-01 12:00:00',
    ])
    expect(rows.map((row) => [row[2], row[11], row[12], row[21], row[22]])).toEqual([
      ['交易\t', '88.80', '88.80', '\t', '-0.53'],
      ['交易\t', '1.00', '1.00', '\t', '-0.01'],
      ['退款\t', '-8.80', '-8.80', 'R1\t', '0.00'],
    ])
    expect(lines).toContain('#交易合计：2笔，商家实收共89.80元，商家优惠共0.00元')
    expect(lines).toContain('#退款合计：1笔，商家实收退款共-8.80元，商家优惠退款共0.00元')
  })

  it('given a trade that was never paid, then it is in no bill', async () => {
    await bench.sandbox.buyer.login(payAddress(bench.sdk, { out_trade_no: 'T1' }))
    await tomorrow()
    expect((await detailOf('2026-03-01')).rows).toEqual([])
  })

  it('given payments on both sides of midnight and a refund days later, then each is on its own day', async () => {
    const midnight = NOON + DAY / 2
    await bench.clock.advance(midnight - 1 - bench.clock.now())
    await paid('T1')
    await bench.clock.advance(1)
    await paid('T2')
    await bench.clock.advance(2 * DAY)
    await refund(bench.sdk, 'T1', '88.80', 'R1')
    await tomorrow()
    const numbers = async (day: string) => (await detailOf(day)).rows.map((row) => `${row[1]}${row[2]}`.trim())
    expect(await numbers('2026-03-01')).toEqual(['T1\t交易'])
    expect(await numbers('2026-03-02')).toEqual(['T2\t交易'])
    expect(await numbers('2026-03-04')).toEqual(['T1\t退款'])
  })
})

describe('a bill that is wrong', () => {
  const givenTwo = async () => {
    await paid('T1')
    await paid('T2')
    await tomorrow()
  }
  const numbers = async (day = '2026-03-01') => (await detailOf(day)).rows.map((row) => row[1]?.trim())

  it('given lose_row, then the line is missing, and only that one', async () => {
    await givenTwo()
    bench.sandbox.fault({ at: 'bill', kind: 'lose_row', outTradeNo: 'T1' })
    expect(await numbers()).toEqual(['T2'])
  })

  it('given repeat_row and wrong_amount, then the line stands twice, with one fen more, and the totals agree', async () => {
    await givenTwo()
    bench.sandbox.fault({ at: 'bill', kind: 'repeat_row', outTradeNo: 'T1' })
    bench.sandbox.fault({ at: 'bill', kind: 'wrong_amount', outTradeNo: 'T1' })
    const { rows, lines } = await detailOf('2026-03-01')
    expect(rows.map((row) => row[11])).toEqual(['88.81', '88.81', '88.80'])
    expect(lines).toContain('#交易合计：3笔，商家实收共266.42元，商家优惠共0.00元')
  })

  it('given other_day, then the line stands in the bill of that day', async () => {
    await givenTwo()
    await tomorrow()
    bench.sandbox.fault({ at: 'bill', kind: 'other_day', days: 1, outTradeNo: 'T1' })
    expect(await numbers('2026-03-01')).toEqual(['T2'])
    expect(await numbers('2026-03-02')).toEqual(['T1'])
  })

  it('given type and extra_row, then the word is another, and a line is there that nobody booked', async () => {
    await givenTwo()
    bench.sandbox.fault({ at: 'bill', kind: 'type', type: '分账', outTradeNo: 'T1' })
    const row = { outTradeNo: 'X9', amountFen: 5, type: '退款', outRequestNo: 'R9' } as const
    bench.sandbox.fault({ at: 'bill_extra', kind: 'extra_row', billDate: '2026-03-01', row })
    const { rows } = await detailOf('2026-03-01')
    expect(rows.map((each) => [each[1], each[2], each[11], each[21]])).toEqual([
      ['T1\t', '分账\t', '88.80', '\t'],
      ['T2\t', '交易\t', '88.80', '\t'],
      ['X9\t', '退款\t', '-0.05', 'R9\t'],
    ])
    expect((await detailOf('2026-02-28')).rows).toEqual([])
  })
})
