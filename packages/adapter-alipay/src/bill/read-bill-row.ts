import { type BillRow, type Fen, LARGEST_AMOUNT } from '@coursepay/core'
import { readBeijingTime } from '../alipay-time.js'
import type { BillColumn, BillColumns } from './bill-columns.js'
import { waysToSplit } from './csv-cells.js'

/** A line of a bill, and what the seller got of it in fen (negative for a refund), for the totals below the list. */
export interface ReadRow {
  readonly row: BillRow
  readonly received: number
}

type Cells = Readonly<Record<BillColumn, string>>

/**
 * Reads a line. A name of goods may hold commas, and nothing is quoted, so a line with too many cells is read in every way that
 * makes sense; null when there is none, or when two of them say different things: an amount is never guessed.
 */
export function readBillRow(line: string, columns: BillColumns, body: Uint8Array): ReadRow | null {
  const readings = new Map<string, ReadRow>()
  for (const split of waysToSplit(line)) {
    for (const cells of waysToPlace(split, columns)) {
      const reading = readCells(cells, body)
      if (reading !== null) readings.set(JSON.stringify({ ...reading, row: { ...reading.row, body: null } }), reading)
    }
  }
  const [only, ...others] = readings.values()
  return others.length === 0 ? (only ?? null) : null
}

/** Surplus cells belong to the name of the goods, or to the remark at the end. */
function waysToPlace(cells: readonly string[], { at, count }: BillColumns): Cells[] {
  const surplus = cells.length - count
  const shifts = Array.from({ length: Math.max(0, surplus + 1) }, (_, shift) => shift)
  return shifts.map((shift) => {
    const entries = Object.entries(at).map(([column, place]) => [
      column,
      cells[place > at.subject ? place + shift : place] ?? '',
    ])
    return Object.fromEntries(entries) as Cells
  })
}

const TRADE_NO = /^\d{16,64}$/
const NUMBER = /^[\x21-\x7e]{1,64}$/
const REQUEST_NO = /^[\x21-\x7e]{0,64}$/
const AMOUNT = /^(-?)(\d{1,9})(?:\.(\d{1,2}))?$/

/** Fen with its sign, exact; null for anything else. */
function readSignedYuan(text: string): number | null {
  const match = AMOUNT.exec(text)
  if (match === null) return null
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'))
  return match[1] === '-' && fen !== 0 ? -fen : fen
}

function readCells(cells: Cells, body: Uint8Array): ReadRow | null {
  const { tradeNo, outTradeNo, outRequestNo, type } = cells
  const [signed, received, serviceFee] = [cells.amount, cells.received, cells.serviceFee].map(readSignedYuan)
  const bookedAt = readBeijingTime(cells.bookedAt)
  if (!TRADE_NO.test(tradeNo) || !NUMBER.test(outTradeNo) || !REQUEST_NO.test(outRequestNo)) return null
  if (bookedAt === null || readBeijingTime(cells.createdAt) === null) return null
  if (typeof signed !== 'number' || typeof received !== 'number' || typeof serviceFee !== 'number') return null
  // A payment with a minus sign is no payment; whether a refund has one differs between Alipay's own examples.
  if (Math.abs(signed) > LARGEST_AMOUNT || (type === '交易' && signed < 0) || type === '') return null
  const line = { tradeNo, outTradeNo, amount: Math.abs(signed) as Fen, bookedAt, serviceFee, body }
  return { row: ofType(type, line, outRequestNo), received }
}

function ofType(
  type: string,
  line: Omit<Extract<BillRow, { kind: 'payment' }>, 'kind'>,
  outRequestNo: string,
): BillRow {
  if (type === '交易') return { kind: 'payment', ...line }
  return type === '退款' ? { kind: 'refund', ...line, outRequestNo } : { kind: 'other', ...line, type }
}
