export const filterNames = ['status', 'userId', 'outPayNo', 'from', 'to', 'minAmount', 'maxAmount'] as const

/** What was written into the form; empty: not looked for. */
export type OrderFields = Readonly<Record<(typeof filterNames)[number], string>>
