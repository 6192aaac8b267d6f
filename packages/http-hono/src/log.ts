import { CheckoutError } from '@coursepay/core'
import { type PaymentIds, paymentIdsInError } from '@coursepay/core/ports'

export type LogFields = Readonly<Record<string, string | number | boolean | null>>

/**
 * Where the app writes its log: pino, console, a test's array. Fields never hold a token, a key, an address with a
 * token or buyer data.
 */
export interface Log {
  info(fields: LogFields): void
  error(fields: LogFields): void
}

const ERROR_CODE_PATTERN = /^[\w.-]{1,64}$/
const MAX_CAUSES = 4

/**
 * Tells where an error came from, and which order and payment it concerns, without its message: a driver's message may
 * quote a statement with all its values, and so a pay token. Names, codes and stack frames hold none.
 */
export function describeErrorWithoutMessage(error: unknown): LogFields {
  const chain = errorChainOf(error)
  return {
    ...paymentIdFields(paymentIdsInError(error)),
    error: chain.map(errorNameOf).join(' < '),
    frames: chain.map(stackFramesOf).find((frames) => frames !== '') ?? null,
  }
}

/** The numbers that are known, as fields of a log line. */
export function paymentIdFields({ orderId, payNo }: PaymentIds): LogFields {
  return { ...(orderId !== undefined && { orderId }), ...(payNo !== undefined && { payNo }) }
}

function errorChainOf(error: unknown): unknown[] {
  const chain = [error]
  for (let at = error; at instanceof Error && at.cause !== undefined && chain.length < MAX_CAUSES; at = at.cause) {
    chain.push(at.cause)
  }
  return chain
}

function errorNameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const code: unknown = CheckoutError.isInstance(error) ? error.code : 'code' in error ? error.code : undefined
  const name = ERROR_CODE_PATTERN.test(error.name) ? error.name : 'Error'
  return typeof code === 'string' && ERROR_CODE_PATTERN.test(code) ? `${name}(${code})` : name
}

function stackFramesOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
  return frames.map((line) => line.trim()).join('\n')
}

/** For hosts with a logger of their own. */
export const silentLog: Log = { info: () => {}, error: () => {} }
