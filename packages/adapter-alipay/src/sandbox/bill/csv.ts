import { endOfBeijingDay, formatBeijing, parseBeijing } from '../beijing-time.js'
import { formatYuan } from '../fen.js'
import { BUYER_LOGON_ID } from '../notify/fields.js'
import type { BillEntry } from './entries.js'

/** What stands above and below the lines. */
export interface BillHead {
  /** The account: the seller's number and 0156. */
  readonly account: string
  readonly day: string
  readonly exportedAt: number
}

const DETAIL_COLUMNS =
  '支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注'

const SUMMARY_COLUMNS =
  '门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）'

const dashes = (count: number): string => '-'.repeat(count)

export const signedYuan = (fen: number): string => (fen < 0 ? `-${formatYuan(-fen)}` : formatYuan(fen))

/** 0.6 %, rounded to the fen and charged to the seller; nothing comes back with a refund. */
const feeOf = ({ type, amountFen }: BillEntry): number => (type === '交易' ? -Math.round((amountFen * 6) / 1000) : 0)

/** Alipay puts a tab behind what a spreadsheet would take for a number. Nothing is quoted. */
const plain = (text: string): string => text.replaceAll(/[\r\n\t]/g, ' ')

function detailLine(entry: BillEntry): string {
  const amount = signedYuan(entry.amountFen)
  const nothing = '0.00'
  return [
    `${entry.tradeNo}\t`,
    `${entry.outTradeNo}\t`,
    `${entry.type}\t`,
    plain(entry.subject),
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
    plain(entry.remark),
  ].join(',')
}

const dateInWords = (at: number): string => formatBeijing(at).replace(/^(\d{4})-(\d{2})-(\d{2})/, '$1年$2月$3日')

const title = (name: string, { account, day }: BillHead): string[] => {
  const start = parseBeijing(`${day} 00:00:00`) ?? 0
  const span = `#起始日期：[${dateInWords(start)}]   终止日期：[${dateInWords(endOfBeijingDay(start))}]`
  return [`#${name}`, `#账号：[${account}]`, span]
}

const ofType = (entries: readonly BillEntry[], type: string): readonly BillEntry[] =>
  entries.filter((entry) => entry.type === type)

const sumFen = (entries: readonly BillEntry[]): number => entries.reduce((sum, { amountFen }) => sum + amountFen, 0)

const lines = (all: readonly string[]): string => all.map((line) => `${line}\r\n`).join('')

/** 业务明细: a line for each booking. */
export function detailCsv(head: BillHead, entries: readonly BillEntry[]): string {
  const [payments, refunds] = [ofType(entries, '交易'), ofType(entries, '退款')]
  return lines([
    ...title('支付宝业务明细查询', head),
    `#${dashes(41)}业务明细列表${dashes(40)}`,
    DETAIL_COLUMNS,
    ...entries.map(detailLine),
    `#${dashes(41)}业务明细列表结束${dashes(36)}`,
    `#交易合计：${payments.length}笔，商家实收共${signedYuan(sumFen(payments))}元，商家优惠共0.00元`,
    `#退款合计：${refunds.length}笔，商家实收退款共${signedYuan(sumFen(refunds))}元，商家优惠退款共0.00元`,
    `#导出时间：[${dateInWords(head.exportedAt)}]`,
  ])
}

/** 业务明细(汇总): a line for each shop of the seller; here there is one. */
export function summaryCsv(head: BillHead, entries: readonly BillEntry[]): string {
  const fees = entries.reduce((sum, entry) => sum + feeOf(entry), 0)
  const total = sumFen(entries)
  const counts = [ofType(entries, '交易').length, ofType(entries, '退款').length]
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
  return lines([
    ...title('支付宝业务汇总查询', head),
    `#${dashes(41)}业务汇总列表${dashes(40)}`,
    SUMMARY_COLUMNS,
    ['合计', '', ...counts, ...sums].join(','),
    `#${dashes(41)}业务汇总列表结束${dashes(36)}`,
    `#导出时间：[${dateInWords(head.exportedAt)}]`,
  ])
}
