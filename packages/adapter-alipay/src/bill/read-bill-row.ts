import type { Fen } from '@coursepay/core'
import { isSnowflake, MAX_AMOUNT_FEN } from '@coursepay/core/ports'
import type { BillRow } from '@coursepay/core/reconciliation'
import { beijingTimeToEpochMs } from '../formats.js'
import type { BillColumn, BillColumnName } from './bill-columns.js'
import { MAX_LINE_LENGTH, possibleSplits } from './csv-cells.js'

/** A line of a bill, and what the seller got of it in fen (negative for a refund), for the totals below the list. */
export interface BillRowWithReceivedFen {
  readonly row: BillRow
  readonly receivedFen: number
}

/**
 * A line that means nothing, or two things. `outTradeNo` is a number of ours that may be its own; null: it cannot be
 * ours.
 */
export interface UnreadRow {
  readonly outTradeNo: string | null
}

type CellByColumn = Readonly<Partial<Record<BillColumnName, string>>>

/**
 * A line of more cells, or one that can be placed in more ways is unread: anybody may write commas into a name.
 */
const MAX_SURPLUS_CELLS = 100
const MAX_PLACEMENTS = 200

/**
 * Reads a line. Surplus cells may belong to any column of free text, so the line is placed in every way in which each
 * cell fits its column. A line with no reading, or with two that differ, is unread: an amount is never guessed.
 */
export function readRowUnlessAmbiguous(
  line: string,
  columns: readonly BillColumn[],
  body: Uint8Array,
): BillRowWithReceivedFen | UnreadRow {
  if (line.length > MAX_LINE_LENGTH)
    return toUnreadRow(possibleOutTradeNos(line.slice(0, MAX_LINE_LENGTH).split(','), columns))
  const readings = new Map<string, BillRowWithReceivedFen>()
  const numbers = new Set<string>()
  for (const split of possibleSplits(line)) {
    for (const number of possibleOutTradeNos(split, columns)) numbers.add(number)
    for (const cells of possiblePlacements(split, columns)) {
      const reading = tryReadBillRowFromCells(cells, body)
      if (reading !== null) readings.set(JSON.stringify({ ...reading, row: { ...reading.row, body: null } }), reading)
    }
  }
  const [only, ...others] = readings.values()
  if (only !== undefined && others.length === 0) return only
  return toUnreadRow([...numbers])
}

const toUnreadRow = (numbers: readonly string[]): UnreadRow => ({
  outTradeNo: numbers.map((number) => number.trim()).find((number) => isSnowflake(number)) ?? null,
})

/** Every cell that can stand in the column of our number. */
function possibleOutTradeNos(cells: readonly string[], columns: readonly BillColumn[]): readonly string[] {
  const at = columns.findIndex(({ name }) => name === 'outTradeNo')
  const hasFreeTextBefore = columns.slice(0, at).some(({ kind }) => kind === 'text')
  return cells.slice(at, hasFreeTextBefore ? at + Math.max(0, cells.length - columns.length) + 1 : at + 1)
}

/**
 * The distinct contents of the columns that are read, over all ways to place the cells. Works from column to column and
 * keeps, for each next cell, what was read so far: placements that differ in unread columns only are one.
 */
function possiblePlacements(cells: readonly string[], columns: readonly BillColumn[]): readonly CellByColumn[] {
  const surplus = cells.length - columns.length
  if (surplus < 0 || surplus > MAX_SURPLUS_CELLS) return []
  let states = new Map<string, PartialPlacement>([['', { nextCellIndex: 0, cells: {}, key: '' }]])
  for (const [index, column] of columns.entries()) {
    const nextStates = new Map<string, PartialPlacement>()
    for (const placement of states.values()) {
      const unusedSurplus = surplus - (placement.nextCellIndex - index)
      for (const placed of nextPlacements(placement, column, cells, unusedSurplus)) {
        nextStates.set(`${placed.nextCellIndex} ${placed.key}`, placed)
      }
    }
    if (nextStates.size > MAX_PLACEMENTS) return []
    states = nextStates
  }
  return [...states.values()]
    .filter(({ nextCellIndex }) => nextCellIndex === cells.length)
    .map((placement) => placement.cells)
}

/** The next placements: the column takes one cell, or more when its text is free; none when the cell misfits. */
function nextPlacements(
  { nextCellIndex, cells: placedCells, key }: PartialPlacement,
  { name, kind }: BillColumn,
  cells: readonly string[],
  unusedSurplus: number,
): readonly PartialPlacement[] {
  const cell = cells[nextCellIndex] ?? ''
  if (!fitsColumn({ name, kind }, cell)) return []
  const extended =
    name === null
      ? { cells: placedCells, key }
      : { cells: { ...placedCells, [name]: cell }, key: key + JSON.stringify(cell) }
  const maxExtra = kind === 'text' ? unusedSurplus : 0
  return Array.from({ length: maxExtra + 1 }, (_, extra) => ({ nextCellIndex: nextCellIndex + 1 + extra, ...extended }))
}

interface PartialPlacement {
  /** The first cell that is not placed. */
  readonly nextCellIndex: number
  readonly cells: CellByColumn
  /** The same for the same contents: every placement of a column has read the same columns. */
  readonly key: string
}

const CELL_PATTERNS: Readonly<Partial<Record<BillColumnName, RegExp>>> = {
  tradeNo: /^\d{16,64}$/,
  // Another shop on the account may have none.
  outTradeNo: /^[\x21-\x7e]{0,64}$/,
  outRequestNo: /^[\x21-\x7e]{0,64}$/,
  type: /./,
}

function fitsColumn({ name, kind }: BillColumn, cell: string): boolean {
  if (kind === 'text') return true
  if (kind === 'amount') return (cell === '' && name === null) || tryReadSignedYuan(cell) !== null
  if (name === 'createdAt' || name === 'bookedAt') return beijingTimeToEpochMs(cell) !== null
  return (name === null ? undefined : CELL_PATTERNS[name])?.test(cell) ?? true
}

const SIGNED_AMOUNT_PATTERN = /^(-?)(\d{1,9})(?:\.(\d{1,2}))?$/

/** Fen with its sign, exact; null for anything else. */
export function tryReadSignedYuan(text: string): number | null {
  const match = SIGNED_AMOUNT_PATTERN.exec(text)
  if (match === null) return null
  const fen = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'))
  return match[1] === '-' && fen !== 0 ? -fen : fen
}

function tryReadBillRowFromCells(cells: CellByColumn, body: Uint8Array): BillRowWithReceivedFen | null {
  const { tradeNo = '', outTradeNo = '', outRequestNo = '', type = '' } = cells
  const [signed, receivedFen, serviceFee] = [cells.amount, cells.receivedFen, cells.serviceFee].map((each) =>
    tryReadSignedYuan(each ?? ''),
  )
  const bookedAt = beijingTimeToEpochMs(cells.bookedAt)
  if (bookedAt === null) return null
  if (typeof signed !== 'number' || typeof receivedFen !== 'number' || typeof serviceFee !== 'number') return null
  // A payment with a minus sign is no payment; whether a refund has one differs between Alipay's own examples.
  if (Math.abs(signed) > MAX_AMOUNT_FEN || (type === '交易' && signed < 0)) return null
  const line = { tradeNo, outTradeNo, amount: Math.abs(signed) as Fen, bookedAt, serviceFee, body }
  return { row: toBillRowOfType(type, line, outRequestNo), receivedFen }
}

function toBillRowOfType(
  type: string,
  line: Omit<Extract<BillRow, { kind: 'payment' }>, 'kind'>,
  outRequestNo: string,
): BillRow {
  if (type === '交易') return { kind: 'payment', ...line }
  return type === '退款' ? { kind: 'refund', ...line, outRequestNo } : { kind: 'other', ...line, type }
}
