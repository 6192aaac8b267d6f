import { readBeijingDay } from '@coursepay/core/ports'
import type { BillEntry } from '../../sandbox/bill/entries.js'
import { detailCsv, zipWithGbkNames } from '../../sandbox/bill/file.js'

export const day = readBeijingDay('2026-11-22')

/** 2026-11-22 08:00 in Beijing. */
export const MORNING = Date.UTC(2026, 10, 22)

export const entry = (changes: Partial<BillEntry> = {}): BillEntry => ({
  type: '交易',
  tradeNo: '2026112222001000000000000001',
  outTradeNo: '7123456789012345101',
  subject: '微服务实战',
  createdAt: MORNING,
  bookedAt: MORNING + 5_000,
  amountFen: 9_900,
  outRequestNo: '',
  remark: '',
  ...changes,
})

/** The text of a detail file, as the sandbox writes it. */
export const detailText = (entries: readonly BillEntry[], of: string = day): string =>
  detailCsv({ account: '20880000000000020156', day: of, exportedAt: MORNING }, entries)

export const zipOf = (...files: readonly (readonly [name: string, content: Uint8Array])[]): Uint8Array =>
  zipWithGbkNames(files.map(([name, content]) => ({ name, content })))
