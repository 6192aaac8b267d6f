export const orderFilterNames = ['status', 'userId', 'outPayNo', 'from', 'to', 'minAmount', 'maxAmount'] as const

/** What was written into the form; empty: not looked for. */
export type OrderFilterFields = Readonly<Record<(typeof orderFilterNames)[number], string>>

/** `10` and `10.5` are what people write. */
export function padYuanDecimals(amount: string): string {
  const [, yuan = '', fen = ''] = /^(\d{1,10})(?:\.(\d{1,2}))?$/.exec(amount) ?? []
  return yuan === '' ? amount : `${yuan}.${fen.padEnd(2, '0')}`
}
