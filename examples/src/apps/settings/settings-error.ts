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
