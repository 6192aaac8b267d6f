import { CheckoutError } from '@coursepay/core'
import { type BeijingDay, isSnowflake } from '@coursepay/core/ports'
import type { BillRow, UnreadBillLine } from '@coursepay/core/reconciliation'
import { type BillColumn, tryReadColumns } from './bill-columns.js'
import { possibleSplits } from './csv-cells.js'
import { type BillRowWithReceivedFen, readRowUnlessAmbiguous, type UnreadRow } from './read-bill-row.js'

export interface BillDetail {
  readonly sellerId: string | null
  readonly rows: readonly BillRow[]
  /** Lines that may be ours and mean nothing, or two things. */
  readonly unread: readonly UnreadBillLine[]
}

const unreadableBillError = (what: string) =>
  new CheckoutError(
    'gateway_unknown',
    `The bill cannot be read: ${what}. Retry later; if it stays so, its layout has changed.`,
  )

/** Everything around the list stands in lines that begin with `#`. */
const BILL_TITLE_LINE_PATTERN = /^#支付宝业务(明细|汇总)查询/
const ACCOUNT_LINE_PATTERN = /^#账号[：:]\[(2088\d{12})0156\]/
const FIRST_DAY_LINE_PATTERN = /^#起始日期[：:]\[(\d{4})年(\d{2})月(\d{2})日 00:00:00\]/
const LIST_END_LINE_PATTERN = /^#-+业务明细列表结束-+/
const PAYMENTS_TOTAL_LINE_PATTERN = /^#交易合计[：:](\d{1,9})笔，商家实收共(-?[\d.]+)元/
const REFUNDS_TOTAL_LINE_PATTERN = /^#退款合计[：:](\d{1,9})笔，商家实收退款共(-?[\d.]+)元/

/** Whether this is a detail file, and not the summary beside it. Throws `gateway_unknown` when it is neither. */
export function isDetailFileContent(content: Uint8Array): boolean {
  const [first] = decodeGbkLines(content)
  const kind = BILL_TITLE_LINE_PATTERN.exec(first?.text ?? '')?.[1]
  if (kind === undefined) throw unreadableBillError('a file in it is neither the details nor the summary')
  return kind === '明细'
}

/**
 * Reads a detail file: whole, or not at all. Its own statements (day, number and sum of its lines, its end) must be
 * true. A line that is not understood is left out when it cannot be ours, and listed in `unread` when it can. Throws
 * `gateway_unknown` with the number of the line, never with what stands in it.
 */
export function readDetail(content: Uint8Array, day: BeijingDay): BillDetail {
  let columns: readonly BillColumn[] | null = null
  const notes: string[] = []
  const parsedRows: BillRowWithReceivedFen[] = []
  const unread: (UnreadRow & Pick<UnreadBillLine, 'lineNumber' | 'body'>)[] = []
  for (const { lineNumber: number, text, body } of readTableLinesAndNotes(content, notes)) {
    if (columns === null) {
      columns = parseHeaderLine(text)
      continue
    }
    const row = readRowUnlessAmbiguous(text, columns, body)
    if ('row' in row) parsedRows.push(row)
    else unread.push({ ...row, lineNumber: number, body })
  }
  if (columns === null) throw unreadableBillError('it has no line of column names')
  checkBillDay(notes, day)
  checkTotals(notes, parsedRows, unread.length)
  return {
    sellerId: matchFirstNote(notes, ACCOUNT_LINE_PATTERN)?.[1] ?? null,
    rows: parsedRows.map(({ row }) => row),
    unread: unread.filter((line): line is UnreadBillLine => line.outTradeNo !== null),
  }
}

interface BillLine {
  readonly lineNumber: number
  readonly text: string
  readonly body: Uint8Array
}

/** No character of GBK has a line feed as its second byte, so lines can be told apart before they are decoded. */
function* decodeGbkLines(content: Uint8Array): Generator<BillLine> {
  const decoder = new TextDecoder('gbk')
  for (let number = 1, start = 0; start < content.length; number += 1) {
    const feed = content.indexOf(0x0a, start)
    const end = feed === -1 ? content.length : feed
    const body = content.subarray(start, content[end - 1] === 0x0d && end > start ? end - 1 : end)
    yield { lineNumber: number, text: decoder.decode(body).trim(), body }
    start = end + 1
  }
}

/** The lines of the list, which must end. The lines around it go into `notes`. */
function* readTableLinesAndNotes(content: Uint8Array, notes: string[]): Generator<BillLine> {
  let ended = false
  for (const line of decodeGbkLines(content)) {
    if (line.text.startsWith('#')) {
      notes.push(line.text)
      ended ||= LIST_END_LINE_PATTERN.test(line.text)
    } else if (line.text !== '') {
      if (ended) throw unreadableBillError(`line ${line.lineNumber} stands below the end of the list`)
      yield line
    }
  }
  if (!ended) throw unreadableBillError('its end is missing')
}

function parseHeaderLine(text: string): readonly BillColumn[] {
  const columns = possibleSplits(text)
    .map(tryReadColumns)
    .find((found) => found !== null)
  if (columns === undefined) throw unreadableBillError('a column that is needed is missing or stands twice')
  return columns
}

const matchFirstNote = (notes: readonly string[], pattern: RegExp): RegExpExecArray | null =>
  notes.map((note) => pattern.exec(note)).find((match) => match !== null) ?? null

/** A signed answer of another day is genuine too: the file itself says which day it is about. */
function checkBillDay(notes: readonly string[], day: BeijingDay): void {
  const match = matchFirstNote(notes, FIRST_DAY_LINE_PATTERN)
  if (match === null) throw unreadableBillError('it does not say which day it is about')
  if (match.slice(1).join('-') !== day) throw unreadableBillError('it is that of another day')
}

function checkTotals(notes: readonly string[], rows: readonly BillRowWithReceivedFen[], unreadCount: number): void {
  const payments = rows.filter(({ row }) => row.kind === 'payment')
  const refunds = rows.filter(({ row }) => row.kind === 'refund')
  // Its kind may be a piece of an order number with a comma.
  const foreign = rows.filter(({ row }) => row.kind === 'other' && !isSnowflake(row.outTradeNo))
  checkTotal(matchFirstNote(notes, PAYMENTS_TOTAL_LINE_PATTERN), payments, 'payments', unreadCount + foreign.length)
  checkTotal(matchFirstNote(notes, REFUNDS_TOTAL_LINE_PATTERN), refunds, 'refunds', unreadCount + foreign.length)
}

/** While lines are not understood, their number alone can be held against what the file says. */
function checkTotal(
  match: RegExpExecArray | null,
  rows: readonly BillRowWithReceivedFen[],
  label: string,
  unreadCount: number,
): void {
  if (match === null) return
  const [, count, sum = ''] = match
  const absent = Number(count) - rows.length
  if (absent < 0 || absent > unreadCount)
    throw unreadableBillError(`it says that it has ${count} ${label}, and has ${rows.length}`)
  if (absent > 0) return
  const receivedFen = rows.reduce((total, row) => total + Math.abs(row.receivedFen), 0)
  if (parseTotalFen(sum) !== receivedFen) throw unreadableBillError(`its ${label} do not add up to what it says`)
}

/** Fen without the sign; a total may have more digits than a single amount. */
function parseTotalFen(text: string): number {
  const match = /^-?(\d{1,13})(?:\.(\d{1,2}))?$/.exec(text)
  return match === null ? Number.NaN : Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}
