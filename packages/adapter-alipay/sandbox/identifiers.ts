import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { formatBeijing } from './formats.js'

const compactDate = (epochMs: number): string => formatBeijing(epochMs).slice(0, 10).replaceAll('-', '')

const randomDigits = (count: number): string => Array.from({ length: count }, () => String(randomInt(10))).join('')

/** Alipay's own trade number: 28 digits, `yyyyMMdd` + `22001` + 15. */
export const newTradeNo = (epochMs: number): string => `${compactDate(epochMs)}22001${randomDigits(15)}`

/** A notification's number: digits, the date first. It stays the same over the retries. */
export const newNotifyId = (epochMs: number): string => `${compactDate(epochMs)}00222${randomDigits(21)}`

/** The `trace_id` header of an answer. */
export const newTraceId = (): string => randomUUID().replaceAll('-', '')

/** A cashier session: unguessable, since it is all that protects the page. */
export const newSessionId = (): string => randomBytes(16).toString('hex')
