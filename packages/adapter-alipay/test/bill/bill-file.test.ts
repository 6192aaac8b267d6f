import { deflateRawSync } from 'node:zlib'
import { CheckoutError } from '@coursepay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeGbk } from '../../sandbox/bill/file.js'
import { defaultBillLimits, readBillFile } from '../../src/bill/bill-source.js'
import { day, detailText, entry, zipOf } from '../support/bill-file.js'

const detail = encodeGbk(detailText([entry()]))
const summary = encodeGbk('#支付宝业务汇总查询\r\n')
const good = zipOf(['2088_业务明细(汇总).csv', summary], ['2088_业务明细.csv', detail])

const refusal = (file: Uint8Array, limits = defaultBillLimits): string => {
  try {
    readBillFile(file, day, limits)
  } catch (error) {
    if (CheckoutError.isInstance(error) && error.code === 'gateway_unknown') return error.message
    throw error
  }
  return 'it was read'
}

/** A number in the zip's own fields, by its place behind the first signature of this kind. */
function patched(file: Uint8Array, signature: number, offset: number, value: number): Uint8Array {
  const bytes = Buffer.from(file)
  const mark = Buffer.alloc(4)
  mark.writeUInt32LE(signature)
  bytes.writeUInt32LE(value, bytes.lastIndexOf(mark) + offset)
  return bytes
}
const ENTRY = 0x02014b50
const END = 0x06054b50

describe('the file of a bill', () => {
  it('given the details and their summary, then the details are read, wherever they stand', () => {
    expect(readBillFile(good, day).rows).toHaveLength(1)
    const turned = zipOf(['a_业务明细.csv', detail], ['a_业务明细(汇总).csv', summary])
    expect(readBillFile(turned, day).rows).toHaveLength(1)
  })

  it('given a summary under another name, then it is known by its first line', () => {
    expect(readBillFile(zipOf(['2088-a.csv', summary], ['2088-b.csv', detail]), day).rows).toHaveLength(1)
  })

  it('given a summary with the fee of the day, then it is handed on for a comparison', () => {
    const columns = '门店编号,服务费（元）,实收净额（元）'
    const withFee = encodeGbk(`#支付宝业务汇总查询\r\n${columns}\r\n合计,-0.59,98.41\r\n`)
    expect(readBillFile(zipOf(['(汇总).csv', withFee], ['业务明细.csv', detail]), day).statedServiceFee).toBe(-59)
    for (const odd of ['合计,x,1', '合计,-0.59', '小计,-0.59,1']) {
      const file = zipOf(['(汇总).csv', encodeGbk(`#支付宝业务汇总查询\n${columns}\n${odd}`)], ['业务明细.csv', detail])
      expect(readBillFile(file, day).statedServiceFee).toBeUndefined()
    }
  })

  it('given a summary that is no text at all, then nothing depends on it', () => {
    const file = zipOf(['2088_业务明细(汇总).csv', Uint8Array.of(0, 255)], ['2088_业务明细.csv', detail])
    expect(readBillFile(file, day).rows).toHaveLength(1)
  })

  it('given details in two files, as on a day with very many trades, then both are read', () => {
    const file = zipOf(['a_业务明细(1).csv', detail], ['a_业务明细(2).csv', detail])
    expect(readBillFile(file, day).rows).toHaveLength(2)
  })

  it.each<[what: string, file: Uint8Array, sentence: RegExp]>([
    ['nothing', new Uint8Array(0), /not a zip/],
    ['a page of HTML', encodeGbk('<html>系统维护中</html>'), /not a zip/],
    ['no file with details', zipOf(['a_业务明细(汇总).csv', summary], ['readme.txt', detail]), /no details/],
    [
      'a file of something else',
      zipOf(['2088-a.csv', encodeGbk('id,name\r\n1,2\r\n')]),
      /neither the details nor the summary/,
    ],
    ['the same file twice', zipOf(['a_业务明细.csv', detail], ['a_业务明细.csv', detail]), /lists a file twice/],
    [
      'the details of two accounts',
      zipOf(
        ['a_业务明细.csv', detail],
        ['b_业务明细.csv', encodeGbk(detailText([entry()]).replace('2088000000000002', '2088000000000003'))],
      ),
      /several accounts/,
    ],
    ['half of the archive', good.subarray(0, good.length / 2), /not a zip/],
    ['an archive without its beginning', good.subarray(20), /cannot be read/],
    ['a wrong checksum', patched(good, ENTRY, 16, 7), /checksum/],
    ['another size than it has', patched(good, ENTRY, 24, detail.length + 1), /checksum/],
    ['more than it says', patched(good, ENTRY, 24, 10), /broken|checksum/],
    ['an unknown way to pack', patched(good, ENTRY, 8, 12 << 16), /unknown way/],
    ['a password', patched(good, ENTRY, 8, (8 << 16) | 1), /encrypted/],
    ['an entry that points elsewhere', patched(good, ENTRY, 42, 1), /not where it should be/],
    ['a directory that points elsewhere', patched(good, END, 16, 1), /directory is broken/],
    ['an entry that is longer than the file', patched(good, ENTRY, 20, 0x7fffffff), /cut off/],
    ['more entries than a bill has', patched(good, END, 8, 0xffff_ffff), /too many|broken/],
  ])('given %s, then it is refused', (_, file, sentence) => {
    expect(refusal(file)).toMatch(sentence)
  })

  it('given a bomb, then it stops at the limit, whatever the bomb says of its size', () => {
    const zeros = new Uint8Array(64 * 2 ** 20)
    const bomb = zipOf(['a_业务明细.csv', zeros])
    expect(bomb.length).toBeLessThan(2 ** 20)
    const limits = { ...defaultBillLimits, maxUnpackedBytes: 2 ** 20 }
    expect(refusal(bomb, limits)).toMatch(/unpacks to more than 1048576 bytes/)
    expect(refusal(patched(bomb, ENTRY, 24, 1_000), limits)).toMatch(/broken/)
  })

  it('given two files that are small enough each, then the limit is for both together', () => {
    const file = zipOf(['2088-a.csv', detail], ['2088-b.csv', detail])
    expect(refusal(file, { ...defaultBillLimits, maxUnpackedBytes: detail.length * 2 - 1 })).toMatch(/unpacks to more/)
    expect(refusal(file, { ...defaultBillLimits, maxUnpackedBytes: detail.length * 2 })).toBe('it was read')
  })

  it('given any bytes, or any change to a good file, then it is read or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        refusal(bytes)
        refusal(Buffer.concat([bytes, good]))
        refusal(Buffer.concat([deflateRawSync(bytes), good.subarray(30)]))
      }),
      { numRuns: 300 },
    )
    const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const changed = Uint8Array.from(good)
        for (const { at, byte } of changes) changed[at] = byte
        refusal(changed)
      }),
      { numRuns: 2_000 },
    )
  })
})
