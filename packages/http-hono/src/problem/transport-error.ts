import type { TransportErrorCode } from './problem-table.js'

/** A failure that HTTP itself finds, before or beside core. Its message may be shown. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: TransportErrorCode

  constructor(code: TransportErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}
