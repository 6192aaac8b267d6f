import { createHash } from 'node:crypto'

const TRADE_NO = /^[\x21-\x7e]{1,64}$/

/**
 * What the journal's index holds: a trade number that can be one (Alipay: up to 64), or a digest of whatever a forger
 * wrote.
 */
export const tradeKeyOf = (outTradeNo: string): string =>
  TRADE_NO.test(outTradeNo) ? outTradeNo : createHash('sha256').update(outTradeNo).digest('hex')
