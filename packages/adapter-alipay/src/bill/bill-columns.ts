/** The columns that are read, with the names they have had. All others may come, go and move. */
const HEADINGS_BY_COLUMN = {
  tradeNo: ['支付宝交易号', '交易号'],
  outTradeNo: ['商户订单号'],
  type: ['业务类型'],
  createdAt: ['创建时间'],
  bookedAt: ['完成时间'],
  amount: ['订单金额(元)'],
  receivedFen: ['商家实收(元)'],
  outRequestNo: ['退款批次号/请求号', '退款批次号', '退款请求号'],
  serviceFee: ['服务费(元)'],
} as const

export type BillColumnName = keyof typeof HEADINGS_BY_COLUMN

/**
 * One column. `name` is null for one that is not read. `text` may hold commas, since nothing is quoted: names of goods,
 * stores, buyers and coupons, remarks, and whatever Alipay adds. An `amount` may be empty where it is not read.
 */
export interface BillColumn {
  readonly name: BillColumnName | null
  readonly kind: 'amount' | 'text' | 'value'
}

const normalizeHeading = (name: string) => name.replaceAll('（', '(').replaceAll('）', ')').replaceAll(/\s/g, '')

const columnNameOf = (title: string): BillColumnName | null => {
  const found = Object.entries(HEADINGS_BY_COLUMN).find(([, titles]) => titles.some((each) => each === title))
  return found === undefined ? null : (found[0] as BillColumnName)
}

/** Reads the line of names. Null when a name that is needed is missing or stands twice. */
export function tryReadColumns(cells: readonly string[]): readonly BillColumn[] | null {
  const columns = cells.map(normalizeHeading).map((title): BillColumn => {
    const name = columnNameOf(title)
    if (title.endsWith('(元)')) return { name, kind: 'amount' }
    return { name, kind: name === null ? 'text' : 'value' }
  })
  const names = columns.flatMap(({ name }) => (name === null ? [] : [name]))
  const requiredCount = Object.keys(HEADINGS_BY_COLUMN).length
  return names.length === requiredCount && new Set(names).size === requiredCount ? columns : null
}
