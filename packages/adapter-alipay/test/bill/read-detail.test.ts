import { CheckoutError } from '@coursepay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BillEntry } from '../../sandbox/bill/entries.js'
import { encodeGbk, signedYuan } from '../../sandbox/bill/file.js'
import { possibleSplits } from '../../src/bill/csv-cells.js'
import { readDetail } from '../../src/bill/read-detail.js'
import { day, detailText, entry, MORNING } from '../support/bill-file.js'

const read = (text: string) => readDetail(encodeGbk(text), day)
const readEntries = (...entries: BillEntry[]) => read(detailText(entries))

const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'gateway_unknown') return error.message
    throw error
  }
  return 'it was read'
}

const seven = entry({ subject: 'Java, 高级', amountFen: 8_880 })

describe('a detail file', () => {
  it('given a payment and a refund, then both are read, exactly', () => {
    const refund = entry({ type: '退款', amountFen: -8_880, outRequestNo: 'R1', bookedAt: MORNING + 60_000 })
    const { sellerId, rows } = readEntries(seven, refund)
    expect(sellerId).toBe('2088000000000002')
    expect(rows.map(({ body, ...row }) => row)).toEqual([
      {
        kind: 'payment',
        tradeNo: seven.tradeNo,
        outTradeNo: seven.outTradeNo,
        amount: 8_880,
        bookedAt: MORNING + 5_000,
        serviceFee: -53,
      },
      {
        kind: 'refund',
        tradeNo: seven.tradeNo,
        outTradeNo: seven.outTradeNo,
        outRequestNo: 'R1',
        amount: 8_880,
        bookedAt: MORNING + 60_000,
        serviceFee: 0,
      },
    ])
  })

  it('given a line, then its bytes are kept as they came, in GBK and without the end of the line', () => {
    const text = detailText([seven])
    const [line = ''] = text.split('\r\n').filter((each) => each.startsWith(seven.tradeNo))
    expect(Buffer.from(readEntries(seven).rows[0]?.body ?? []).equals(encodeGbk(line))).toBe(true)
  })

  it('given columns in another order, further ones, and names with ASCII brackets, then the same is read', () => {
    const [title, account, span, above, , ...rest] = detailText([]).split('\r\n')
    const names =
      '备注,新的一列,退款批次号,服务费(元),订单金额(元),商家实收（元）, 完成时间 ,创建时间,商品名称,业务类型,商户订单号,支付宝交易号'
    const line = `,x,\t,-0.53,88.80,88.80\t,2026-11-22 08:00:05,2026-11-22 08:00:00,课,交易,7123\t,${seven.tradeNo}\t`
    const text = [title, account, span, above, names, line, rest[0]].join('\n')
    expect(read(text).rows).toMatchObject([{ kind: 'payment', outTradeNo: '7123', amount: 8_880, serviceFee: -53 }])
  })

  it('given a word for the kind of line that nobody knows, then the line is kept under that word', () => {
    expect(readEntries(entry({ type: '分账', amountFen: -5 })).rows).toMatchObject([
      { kind: 'other', type: '分账', amount: 5 },
    ])
  })

  it('given a file that a spreadsheet has saved, with quotes, then the same is read', () => {
    const quoted = detailText([seven]).replace('Java, 高级', '"Java, 高级 ""1"""')
    expect(read(quoted).rows).toMatchObject([{ amount: 8_880 }])
  })

  it('given an account that is not one of a seller, then it says nothing of whose bill it is', () => {
    expect(read(detailText([]).replace('2088', '9999')).sellerId).toBeNull()
  })

  it.each<[what: string, change: (text: string) => string, sentence: RegExp]>([
    ['without its end', (text) => text.slice(0, text.indexOf('业务明细列表结束')), /end is missing/],
    ['without a line', (text) => text.replace(/2026112222001.*\r\n/, ''), /says that it has 1 payments, and has 0/],
    ['with another sum', (text) => text.replace('实收共88.80', '实收共88.81'), /do not add up/],
    ['with a sum that is none', (text) => text.replace('实收共88.80', '实收共8.8.8'), /do not add up/],
    ['of another day', (text) => text.replace('[2026年11月22日', '[2026年11月21日'), /of another day/],
    ['of no day', (text) => text.replace('起始日期', '开始'), /which day/],
    ['without a column', (text) => text.replace('订单金额（元）', '金额'), /column/],
    ['with a column twice', (text) => text.replace('支付宝红包（元）', '订单金额（元）'), /column/],
    ['without names', (text) => text.replace(/支付宝交易号.*\r\n/, ''), /column/],
    ['with a line below its end', (text) => `${text}x`, /below the end/],
  ])('given a file %s, then it is refused whole, and the reason shows nothing of a trade', (_, change, sentence) => {
    const reason = refusal(() => read(change(detailText([seven]))))
    expect(reason).toMatch(sentence)
    expect(reason).not.toContain(seven.outTradeNo)
  })

  it.each<[what: string, change: (text: string) => string]>([
    ['with a payment below zero', (text) => text.replace(',88.80,', ',-88.80,')],
    ['with three decimals', (text) => text.replace(',88.80,', ',88.800,')],
    ['with an exponent', (text) => text.replace(',88.80,', ',8e1,')],
    ['with thousands set apart', (text) => text.replace(',88.80,', ',"1,088.80",')],
    ['with no amount', (text) => text.replace(',88.80,', ',,')],
    ['with another time that is none', (text) => text.replace('2026-11-22 08:00:00', '2026-11-22')],
    ['with a refund number that is none', (text) => text.replace(',\t,-0.53', ',R 1\t,-0.53')],
    ['with a time that is none', (text) => text.replace('08:00:05', '08:00:5')],
    ['with a cell too few', (text) => text.replace(',0.00,0.00,', ',0.00,')],
    ['with more than can be paid', (text) => text.replace(',88.80,', ',100000000.01,')],
    [
      'with a name of goods that is another amount too',
      (text) =>
        text.replace(
          'Java, 高级',
          'x,2026-11-22 08:00:00,2026-11-22 08:00:05,\t,\t,\t,\t,y,1.00,1.00,0,0,0,0,0,,0,0,R,0.00',
        ),
    ],
  ])('given a line of ours %s, then it alone is not read, and it is listed', (_, change) => {
    const other = entry({ outTradeNo: '7123456789012345102' })
    const { rows, unread } = read(change(detailText([seven, other])))
    expect(rows).toMatchObject([{ outTradeNo: other.outTradeNo }])
    expect(unread).toMatchObject([{ lineNumber: 6, outTradeNo: seven.outTradeNo }])
  })

  it.each<[what: string, change: (text: string) => string]>([
    ['without an order number', (text) => text.replace('another-shop-1\t', '\t')],
    ['with a time that is none', (text) => text.replace('2026-11-22 08:00:09', 'today')],
    ['of three cells', (text) => text.replace(/^2026112222001000000000000002.*$/m, 'a,b,c')],
    ['of text', (text) => text.replace(/^2026112222001000000000000002.*$/m, '服务费合计')],
    ['with commas in its order number', (text) => text.replace('another-shop-1', 'another,shop,1')],
  ])("given another shop's line %s, then ours are read", (_, change) => {
    const tradeNo = '2026112222001000000000000002'
    const foreign = entry({ tradeNo, outTradeNo: 'another-shop-1', bookedAt: MORNING + 9_000 })
    const { rows, unread } = read(change(detailText([seven, foreign])))
    expect(rows[0]).toMatchObject({ outTradeNo: seven.outTradeNo, amount: 8_880 })
    expect(unread).toEqual([])
  })

  it.each([
    ['store', '\t,\t,\t,\t,*三', '\t,楼上, 左边\t,\t,\t,*三'],
    ['buyer', '*三(', '*三, 李四('],
    ['coupon', '0.00,,0.00', '0.00,满100,减5,0.00'],
    ['remark', /,0\.00,(\r\n#-)/, ',0.00,a,b,,c$1'],
    ['goods, store, buyer and coupon', /Java(.*)\*三\((.*)0\.00,,0\.00/, 'Java,a,b$1*三,x($2 0.00,满100,减5,0.00'],
  ])('given commas in the name of a %s, then the line is read as it was meant', (_, part, replacement) => {
    const changed = detailText([seven]).replace(part, replacement)
    expect(changed).not.toBe(detailText([seven]))
    expect(read(changed)).toMatchObject({ rows: [{ amount: 8_880, serviceFee: -53 }], unread: [] })
  })

  it('given a line that is left out, then the number of lines must still fit', () => {
    const lost = detailText([seven, entry({ outTradeNo: '7123456789012345102' })]).replace(/^.*5102\t.*\r\n/m, '')
    expect(refusal(() => read(lost))).toMatch(/has 2 payments, and has 1/)
    expect(refusal(() => read(lost.replace('合计：2笔', '合计：0笔')))).toMatch(/has 0 payments, and has 1/)
  })

  it('given many blanks before a quote, then the line is split at once', () => {
    const startedAt = performance.now()
    expect(possibleSplits(`${' '.repeat(8_000)}"a"b`)).toHaveLength(1)
    expect(possibleSplits(`${' '.repeat(100_000)}"a"b`)).toEqual([])
    expect(performance.now() - startedAt).toBeLessThan(200)
  })

  it('given a line longer than any of Alipay’s, then it is listed by its number', () => {
    const long = entry({ subject: 'x'.repeat(9_000) })
    expect(readEntries(long)).toMatchObject({ rows: [], unread: [{ outTradeNo: long.outTradeNo }] })
  })

  it.each([
    ['"a,b""c"', 'a,b"c'],
    [' "a" ', 'a'],
    ['', ''],
    ['""', ''],
  ])('given the quoted cell %s, then it is %s', (cell, text) => {
    expect(possibleSplits(`"x",${cell},y`).at(-1)).toEqual(['x', text, 'y'])
  })

  it.each(['"a', 'a"b"', '"a"b', '"a""', 'a"'])('given %s, then the line has no quoted form', (cell) => {
    expect(possibleSplits(`x,${cell}`)).toHaveLength(1)
  })

  it('given a thousand commas in a name, then the line is skipped at once, and the others are read', () => {
    const hostile = entry({ outTradeNo: '7123456789012345102', subject: ',1.00,2026-11-22 08:00:00'.repeat(1_000) })
    const startedAt = performance.now()
    expect(readEntries(seven, hostile)).toMatchObject({ rows: [{ amount: 8_880 }], unread: [{ lineNumber: 7 }] })
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
})

/** Any text a shop may write into a name, with what matters to a CSV more often than not. */
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(',', '"', '#', '\t', ' ', '1.00', '课', '😀', '\r', '\n', '退款'), maxLength: 12 }),
)

const anyEntry = fc
  .record({
    isRefund: fc.boolean(),
    subject: anyText,
    remark: anyText,
    outTradeNo: fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String),
    amount: fc.integer({ min: 0, max: 10_000_000_000 }),
    seconds: fc.integer({ min: 0, max: 57_000 }),
    requestNo: fc.stringMatching(/^[\w-]{1,40}$/),
  })
  .map(({ isRefund, amount, seconds, requestNo, ...rest }) =>
    entry({
      ...rest,
      type: isRefund ? '退款' : '交易',
      amountFen: isRefund ? -amount : amount,
      outRequestNo: isRefund ? requestNo : '',
      bookedAt: MORNING + seconds * 1_000,
    }),
  )

describe('for any shop, any day', () => {
  it('every line is read as it was meant, or is listed as unread', () => {
    let lines = 0
    let unreadLines = 0
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 8 }), (entries) => {
        const expected = entries.map(({ outTradeNo, amountFen, bookedAt, outRequestNo, type }) => ({
          ...{ outTradeNo, bookedAt, amount: Math.abs(amountFen) },
          ...(type === '退款' ? { outRequestNo } : {}),
        }))
        const { rows, unread } = readEntries(...entries)
        const left = new Set(unread.map(({ lineNumber }) => lineNumber - 6))
        lines += entries.length
        unreadLines += left.size
        expect(rows).toMatchObject(expected.filter((_, index) => !left.has(index)))
      }),
      { numRuns: 400 },
    )
    // Reading nothing would fulfil the sentence too.
    expect(unreadLines / lines).toBeLessThan(0.05)
  })

  it('whatever bytes are changed, an amount that is read stands in the bytes of its line', () => {
    const file = encodeGbk(
      detailText([seven, entry({ amountFen: 1 }), entry({ type: '退款', amountFen: -123_456_789 })]),
    )
    const change = fc.record({ at: fc.nat(file.length - 1), byte: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(file.length), (changes, length) => {
        const changed = Uint8Array.from(file)
        for (const { at, byte } of changes) changed[at] = byte
        const content = length % 3 === 0 ? changed.subarray(0, length) : changed
        try {
          for (const { amount, body } of readDetail(content, day).rows) {
            const cells = new TextDecoder('gbk')
              .decode(body)
              .split(',')
              .map((cell) => cell.trim())
            const written = cells.map((cell) => cell.replace(/^-/, '').replace(/^0+(?=\d)/, ''))
            const forms = [
              signedYuan(amount),
              signedYuan(amount).replace(/0$/, ''),
              signedYuan(amount).replace(/\.00$/, ''),
            ]
            expect(written.some((cell) => forms.includes(cell))).toBe(true)
          }
        } catch (error) {
          if (!CheckoutError.isInstance(error) || error.code !== 'gateway_unknown') throw error
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
