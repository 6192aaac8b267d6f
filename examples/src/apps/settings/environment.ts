import { isSetting } from './names.js'

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/** Reads one variable; what `parse` throws is put down as a mistake in it. */
export type ReadSetting = <Value>(name: string, parse: (text: string | undefined) => Value) => Value | undefined

const PEM = '-----BEGIN'

export interface CleanEnvironment {
  readonly environment: EnvironmentVariables
  readonly warnings: readonly string[]
}

/**
 * Takes blanks and line breaks from both ends of every setting, with a warning for each. A PEM text ends with a line
 * break, as it should.
 */
export function cleanEnvironment(given: EnvironmentVariables): CleanEnvironment {
  const warnings: string[] = []
  const entries = Object.entries(given).map(([name, text]) => {
    // A byte order mark, which a file brings along, is a blank to JavaScript.
    const trimmed = text?.trim()
    if (!isSetting(name) || trimmed === text) return [name, text] as const
    if (!trimmed?.startsWith(PEM)) warnings.push(`${name}: blanks or line breaks at its ends are ignored.`)
    return [name, trimmed] as const
  })
  return { environment: Object.fromEntries(entries), warnings }
}
