/** The columns that are read, with the names they have had. All others may come, go and move. */
const NAMES = {
  tradeNo: ['支付宝交易号', '交易号'],
  outTradeNo: ['商户订单号'],
  type: ['业务类型'],
  subject: ['商品名称'],
  createdAt: ['创建时间'],
  bookedAt: ['完成时间'],
  amount: ['订单金额(元)'],
  received: ['商家实收(元)'],
  outRequestNo: ['退款批次号/请求号', '退款批次号', '退款请求号'],
  serviceFee: ['服务费(元)'],
} as const

export type BillColumn = keyof typeof NAMES

/** Where each column stands, and how many there are. */
export interface BillColumns {
  readonly at: Readonly<Record<BillColumn, number>>
  readonly count: number
}

const normal = (name: string) => name.replaceAll('（', '(').replaceAll('）', ')').replaceAll(/\s/g, '')

/** Reads the line of names. Null when it is none, or when a name that is needed is missing or stands twice. */
export function readColumns(cells: readonly string[]): BillColumns | null {
  const names = cells.map(normal)
  const entries = Object.entries(NAMES).map(([column, known]) => {
    const places = names.flatMap((name, index) => (known.some((each) => each === name) ? [index] : []))
    return [column, places.length === 1 ? places[0] : undefined] as const
  })
  if (entries.some(([, place]) => place === undefined)) return null
  return { at: Object.fromEntries(entries) as BillColumns['at'], count: cells.length }
}
