import { endOfBeijingDay, parseBeijing, parseYuan } from '../formats.js'
import type { PayRequest } from '../trade/trade.js'
import type { GatewayCall } from './gateway-call.js'
import type { Failure } from './reply.js'
import type { BusinessContent } from './request.js'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const MAX_LIFETIME_MS = 15 * DAY_MS
/** 100 million yuan. */
const MAX_TOTAL_FEN = 10_000_000_000
const MS_BY_UNIT: Readonly<Record<string, number>> = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: DAY_MS }

const PRODUCT_CODES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'alipay.trade.wap.pay': [undefined, 'QUICK_WAP_WAY'],
  'alipay.trade.page.pay': ['FAST_INSTANT_TRADE_PAY'],
}

const characterCount = (text: string | undefined): number => [...(text ?? '')].length

const isWebAddress = (text: string | undefined): boolean =>
  text === undefined || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))

type FieldRule = readonly [name: string, holds: (call: GatewayCall) => boolean]

const maxCharacters =
  (name: string, limit: number) =>
  ({ content }: GatewayCall): boolean =>
    characterCount(content.text(name)) <= limit

const webAddressParameter =
  (name: string) =>
  ({ parameters }: GatewayCall): boolean =>
    isWebAddress(parameters[name]) && characterCount(parameters[name]) <= 256

const FIELD_RULES: readonly FieldRule[] = [
  ['out_trade_no', ({ content }) => /^\w{1,64}$/.test(content.text('out_trade_no') ?? '')],
  ['total_amount', ({ content }) => isPayableAmount(parseYuan(content.value('total_amount')))],
  ['subject', ({ content }) => content.text('subject') !== undefined],
  ['subject', maxCharacters('subject', 256)],
  ['body', maxCharacters('body', 400)],
  ['passback_params', maxCharacters('passback_params', 512)],
  ['quit_url', maxCharacters('quit_url', 400)],
  ['quit_url', ({ content }) => isWebAddress(content.text('quit_url'))],
  ['product_code', ({ content, method }) => Boolean(PRODUCT_CODES[method]?.includes(content.text('product_code')))],
  ['notify_url', webAddressParameter('notify_url')],
  ['return_url', webAddressParameter('return_url')],
  ['seller_id', ({ content, state }) => [undefined, state.sellerId].includes(content.text('seller_id'))],
  ['timeout_express', ({ content }) => isDuration(content.text('timeout_express'))],
  ['time_expire', ({ content, state }) => isExpiryTime(content.text('time_expire'), state.clock.now())],
]

const isPayableAmount = (fen: number | undefined): boolean => fen !== undefined && fen >= 1 && fen <= MAX_TOTAL_FEN

const isDuration = (text: string | undefined): boolean =>
  text === undefined || text === '1c' || (/^[1-9]\d{0,4}[mhd]$/.test(text) && durationMs(text) <= MAX_LIFETIME_MS)

/** A past time is well formed: the order is then simply over. */
function isExpiryTime(text: string | undefined, now: number): boolean {
  if (text === undefined) return true
  const at = parseBeijing(text)
  return at !== undefined && at <= now + MAX_LIFETIME_MS
}

const durationMs = (text: string): number => Number(text.slice(0, -1)) * (MS_BY_UNIT[text.slice(-1)] ?? 0)

/** `timeout_express` from a starting point; on wap.pay less than five minutes count as five. */
function timeoutEndsAt(text: string | undefined, method: string, start: number): number {
  if (text === undefined) return start + MAX_LIFETIME_MS
  if (text === '1c') return endOfBeijingDay(start)
  const minMs = method === 'alipay.trade.wap.pay' ? 5 * MINUTE_MS : MINUTE_MS
  return start + Math.max(durationMs(text), minMs)
}

function expiryOf(content: BusinessContent, method: string, now: number): { expiresAt?: number } {
  const absolute = parseBeijing(content.text('time_expire') ?? '')
  if (absolute !== undefined) return { expiresAt: absolute }
  const express = content.text('timeout_express')
  return express !== undefined && method === 'alipay.trade.page.pay'
    ? { expiresAt: timeoutEndsAt(express, method, now) }
    : {}
}

/** The names that are set, so that an absent one stays absent. */
function withoutEmptyMembers<Name extends string>(
  values: Readonly<Record<Name, string | undefined>>,
): { [Key in Name]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value)) as { [Key in Name]?: string }
}

/** Reads and checks a pay request (limits of Alipay's document), or says which field is wrong. */
export function readPayRequest(call: GatewayCall): PayRequest | Failure {
  const brokenRule = FIELD_RULES.find(([, holds]) => !holds(call))
  if (brokenRule) return { code: '40004', subCode: 'ACQ.INVALID_PARAMETER', subMessage: `参数无效：${brokenRule[0]}` }
  const { content, method, parameters, state } = call
  const timeout = content.text('timeout_express')
  return {
    method,
    appId: state.appId,
    sellerId: state.sellerId,
    outTradeNo: content.text('out_trade_no') ?? '',
    totalFen: parseYuan(content.value('total_amount')) ?? 0,
    subject: content.text('subject') ?? '',
    ...withoutEmptyMembers({
      body: content.text('body'),
      passbackParams: content.text('passback_params'),
      quitUrl: content.text('quit_url'),
      returnUrl: parameters.return_url,
      notifyUrl: parameters.notify_url,
    }),
    ...expiryOf(content, method, state.clock.now()),
    expiryFor: (createdAt) => timeoutEndsAt(timeout, method, createdAt),
  }
}
