import { CheckoutError } from '@coursepay/core'
import { printable } from '@coursepay/core/ports'

/** All that is wrong with the environment, one line each. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(['These settings are invalid:', ...mistakes.map((mistake) => `  ${printable(mistake)}`)].join('\n'))
    this.mistakes = mistakes
  }
}

/** What a person can mend is a sentence; what only a programmer can has its stack. */
export function errorText(error: unknown): string {
  if (error instanceof SettingsError) return error.message
  if (CheckoutError.isInstance(error)) return `${printable(error.message)} (${error.code})`
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return text.split('\n').map(printable).join('\n')
}
