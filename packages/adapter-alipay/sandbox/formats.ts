/** Alipay speaks Asia/Shanghai whatever zone the process runs in; that zone is UTC+8 without summer time since 1991. */
const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1000

const DATE_TIME_PATTERN = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2})(?::(\d{2}))?$/

/** `yyyy-MM-dd HH:mm:ss` in Beijing. */
export function formatBeijing(epochMs: number): string {
  return formatBeijingMilliseconds(epochMs).slice(0, 19)
}

/** `yyyy-MM-dd HH:mm:ss.SSS` in Beijing: the form of `gmt_refund`. */
export function formatBeijingMilliseconds(epochMs: number): string {
  return new Date(epochMs + BEIJING_OFFSET_MS).toISOString().slice(0, 23).replace('T', ' ')
}

/**
 * Epoch milliseconds of `yyyy-MM-dd HH:mm[:ss]` in Beijing; undefined when it is no such time (also for 31 February).
 */
export function parseBeijing(text: string): number | undefined {
  if (!DATE_TIME_PATTERN.test(text)) return undefined
  const full = text.length === 16 ? `${text}:00` : text
  const epochMs = Date.parse(`${full.replace(' ', 'T')}.000+08:00`)
  return Number.isNaN(epochMs) || formatBeijing(epochMs) !== full ? undefined : epochMs
}

/** The next midnight in Beijing: where `timeout_express=1c` ends. */
export function endOfBeijingDay(epochMs: number): number {
  const day = 24 * 60 * 60 * 1000
  return (Math.floor((epochMs + BEIJING_OFFSET_MS) / day) + 1) * day - BEIJING_OFFSET_MS
}

const YUAN_PATTERN = /^(\d{1,9})(?:\.(\d{1,2}))?$/

/** Fen of an amount in yuan (`"88.8"`, `"88.80"`, `88`); undefined when it is none or has more than two decimals. */
export function parseYuan(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const match = YUAN_PATTERN.exec(String(value))
  if (!match?.[1]) return undefined
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'))
}

/** `8880` -> `"88.80"`. */
export function formatYuan(fen: number): string {
  return `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}

const ENTITY_BY_CHARACTER: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as HTML, good inside elements and quoted attributes. */
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (char) => ENTITY_BY_CHARACTER[char] ?? char)
