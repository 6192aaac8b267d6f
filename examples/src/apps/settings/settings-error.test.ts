import { expect, it } from 'vitest'
import { errorText, SettingsError } from './settings-error.js'

it('an error that quotes a text of outside is printed without its control characters', () => {
  expect(errorText(new SettingsError(['PORT: \u001b[2J']))).toBe('These settings are invalid:\n  PORT: \\u{1b}[2J')
  expect(errorText(new Error('\u001b]0;title\u0007'))).not.toContain('\u001b')
})
