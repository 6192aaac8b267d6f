import { zipSync } from 'fflate'
import iconv from 'iconv-lite'
import type { BillDownloadFault } from '../faults/cashier-and-bill.js'
import { endOfBeijingDay, formatBeijing, formatYuan, parseBeijing } from '../formats.js'
import { BUYER_LOGON_ID } from '../notify/fields.js'
import type { SandboxState } from '../state.js'
import type { IssuedBill } from './addresses.js'
import type { BillEntry } from './entries.js'

/** What stands above and below the lines. */
interface BillHeader {
  /** The account: the seller's number and 0156. */
  readonly account: string
  readonly day: string
  readonly exportedAt: number
}

const DETAIL_COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

const SUMMARY_COLUMNS =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）'

const dashedLine = (count: number): string => '-'.repeat(count)

export const signedYuan = (fen: number): string => (fen < 0 ? `-${formatYuan(-fen)}` : formatYuan(fen))

/** 0.6 %, rounded to the fen and charged to the seller; nothing comes back with a refund. */
const feeOf = ({ type, amountFen }: BillEntry): number => (type === '交易' ? -Math.round((amountFen * 6) / 1000) : 0)

/** Alipay puts a tab behind what a spreadsheet would take for a number. Nothing is quoted. */
const withoutLineBreaks = (text: string): string => text.replaceAll(/[\r\n\t]/g, ' ')

function detailLine(entry: BillEntry): string {
  const amount = signedYuan(entry.amountFen)
  const nothing = '0.00'
  return [
    `${entry.tradeNo}\t`,
    `${entry.outTradeNo}\t`,
    `${entry.type}\t`,
    withoutLineBreaks(entry.subject),
    formatBeijing(entry.createdAt),
    formatBeijing(entry.bookedAt),
    ...['\t', '\t', '\t', '\t'],
    `*三(${BUYER_LOGON_ID})\t`,
    amount,
    amount,
    ...[nothing, nothing, nothing, nothing, nothing, '', `${nothing}\t`, nothing],
    `${entry.outRequestNo}\t`,
    signedYuan(feeOf(entry)),
    nothing,
    withoutLineBreaks(entry.remark),
  ].join(',')
}

const chineseDate = (at: number): string => formatBeijing(at).replace(/^(\d{4})-(\d{2})-(\d{2})/, '$1年$2月$3日')

const titleLines = (name: string, { account, day }: BillHeader): string[] => {
  const start = parseBeijing(`${day} 00:00:00`) ?? 0
  const span = `#起始日期：[${chineseDate(start)}]   终止日期：[${chineseDate(endOfBeijingDay(start))}]`
  return [`#${name}`, `#账号：[${account}]`, span]
}

const entriesOfType = (entries: readonly BillEntry[], type: string): readonly BillEntry[] =>
  entries.filter((entry) => entry.type === type)

const sumFen = (entries: readonly BillEntry[]): number => entries.reduce((sum, { amountFen }) => sum + amountFen, 0)

const joinLines = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('')

/** 业务明细: a line for each booking. */
export function detailCsv(head: BillHeader, entries: readonly BillEntry[]): string {
  const [payments, refunds] = [entriesOfType(entries, '交易'), entriesOfType(entries, '退款')]
  return joinLines([
    ...titleLines('支付宝业务明细查询', head),
    `#${dashedLine(41)}业务明细列表${dashedLine(40)}`,
    DETAIL_COLUMNS,
    ...entries.map(detailLine),
    `#${dashedLine(41)}业务明细列表结束${dashedLine(36)}`,
    `#交易合计：${payments.length}笔，商家实收共${signedYuan(sumFen(payments))}元，商家优惠共0.00元`,
    `#退款合计：${refunds.length}笔，商家实收退款共${signedYuan(sumFen(refunds))}元，商家优惠退款共0.00元`,
    `#导出时间：[${chineseDate(head.exportedAt)}]`,
  ])
}

/** 业务明细(汇总): a line for each shop of the seller; here there is one. */
function summaryCsv(head: BillHeader, entries: readonly BillEntry[]): string {
  const fees = entries.reduce((sum, entry) => sum + feeOf(entry), 0)
  const total = sumFen(entries)
  const counts = [entriesOfType(entries, '交易').length, entriesOfType(entries, '退款').length]
  const zero = '0.00'
  const sums = [
    signedYuan(total),
    signedYuan(total),
    zero,
    zero,
    zero,
    signedYuan(fees),
    zero,
    signedYuan(total + fees),
  ]
  return joinLines([
    ...titleLines('支付宝业务汇总查询', head),
    `#${dashedLine(41)}业务汇总列表${dashedLine(40)}`,
    SUMMARY_COLUMNS,
    ['合计', '', ...counts, ...sums].join(','),
    `#${dashedLine(41)}业务汇总列表结束${dashedLine(36)}`,
    `#导出时间：[${chineseDate(head.exportedAt)}]`,
  ])
}

/** One file of an archive; its text and its name are written in GBK. */
interface ArchivedFile {
  readonly name: string
  readonly content: Uint8Array
}

export const encodeGbk = (text: string): Buffer => iconv.encode(text, 'gbk')

/**
 * A name of ASCII letters that takes as many bytes as the real one in GBK (7 at least), and that nothing else contains.
 */
const asciiPlaceholder = (name: string, index: number): string =>
  `@@${String(index).padStart(3, '0')}@@`.padEnd(encodeGbk(name).length, '@')

/**
 * A zip whose entry names are GBK, as Chinese Java programs write them. fflate writes names as UTF-8 or ASCII, so the
 * entries get ASCII names of the right length first; then the real bytes are put in their places.
 */
export function zipWithGbkNames(files: readonly ArchivedFile[]): Buffer {
  const entries = files.map((file, index) => [asciiPlaceholder(file.name, index), file.content] as const)
  const archive = Buffer.from(zipSync(Object.fromEntries(entries)))
  for (const [index, { name }] of files.entries()) {
    const placeholder = asciiPlaceholder(name, index)
    for (let at = archive.indexOf(placeholder); at !== -1; at = archive.indexOf(placeholder, at))
      encodeGbk(name).copy(archive, at)
  }
  return archive
}

const MEBIBYTE = 1024 * 1024

const firstLines = (text: string, count: number): string => text.split('\r\n').slice(0, count).join('\r\n')

/** A day's bill as it is downloaded: a zip of a detail file and a summary. */
export function createBillArchive(
  state: SandboxState,
  { day, entries }: IssuedBill,
  fault?: BillDownloadFault,
): Buffer {
  const account = `${state.sellerId}0156`
  const head = { account, day, exportedAt: state.clock.now() }
  const detail = detailCsv(head, entries)
  const name = `${account}_${day.replaceAll('-', '')}_业务明细`
  const files: ArchivedFile[] = [
    { name: `${name}(汇总).csv`, content: encodeGbk(summaryCsv(head, entries)) },
    {
      name: `${name}.csv`,
      content: encodeGbk(fault?.kind === 'half_detail' ? firstLines(detail, fault.lines) : detail),
    },
  ]
  if (fault?.kind === 'bomb') {
    files.push({ name: `${name}(2).csv`, content: new Uint8Array(fault.mebibytes * MEBIBYTE) })
  }
  return zipWithGbkNames(files)
}
