import { CheckoutError } from '@coursepay/core'
import { printable } from '@coursepay/core/ports'
import { SettingsError } from '../settings/settings-error.js'

/** What a person can mend is a sentence; what only a programmer can has its stack. */
export function errorText(error: unknown): string {
  if (error instanceof SettingsError) return error.message
  if (CheckoutError.isInstance(error)) return `${printable(error.message)} (${error.code})`
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return text.split('\n').map(printable).join('\n')
}
