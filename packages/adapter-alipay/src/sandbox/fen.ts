const YUAN = /^(\d{1,9})(?:\.(\d{1,2}))?$/

/** Fen of an amount in yuan (`"88.8"`, `"88.80"`, `88`); undefined when it is none or has more than two decimals. */
export function parseYuan(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const match = YUAN.exec(String(value))
  if (!match?.[1]) return undefined
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** `8880` -> `"88.80"`. */
export function formatYuan(fen: number): string {
  return `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}
