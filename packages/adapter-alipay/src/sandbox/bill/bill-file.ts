import type { BillDownloadFault } from '../faults/bill.js'
import type { SandboxState } from '../state.js'
import { type ArchivedFile, gbk, zipWithGbkNames } from './archive.js'
import type { IssuedBill } from './bill-addresses.js'
import { detailCsv, summaryCsv } from './csv.js'

const MEBIBYTE = 1024 * 1024

const firstLines = (text: string, count: number): string => text.split('\r\n').slice(0, count).join('\r\n')

/** A day's bill as it is downloaded: a zip of a detail file and a summary. */
export function billFile(state: SandboxState, { day, entries }: IssuedBill, fault?: BillDownloadFault): Buffer {
  const account = `${state.sellerId}0156`
  const head = { account, day, exportedAt: state.clock.now() }
  const detail = detailCsv(head, entries)
  const name = `${account}_${day.replaceAll('-', '')}_业务明细`
  const files: ArchivedFile[] = [
    { name: `${name}(汇总).csv`, content: gbk(summaryCsv(head, entries)) },
    {
      name: `${name}.csv`,
      content: gbk(fault?.kind === 'half_detail' ? firstLines(detail, fault.lines) : detail),
    },
  ]
  if (fault?.kind === 'bomb') {
    files.push({ name: `${name}(2).csv`, content: new Uint8Array(fault.mebibytes * MEBIBYTE) })
  }
  return zipWithGbkNames(files)
}
