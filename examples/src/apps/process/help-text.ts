import { SETTINGS, type SettingName } from '../settings/names.js'

export interface ProgramHelp {
  /** Behind `npm run`. */
  readonly command: string
  readonly about: string
  /** What may stand behind the command. */
  readonly options?: Readonly<Record<string, string>>
  /** The settings it reads. */
  readonly settings: readonly SettingName[]
}

export function helpText({ command, about, options = {}, settings }: ProgramHelp): string {
  const hasOptions = Object.keys(options).length > 0
  const usage = `npm run ${command}${hasOptions ? ` -- ${Object.keys(options).join(' ')}` : ''}`
  const sections = [
    `${usage}\n  ${about}`,
    ...(hasOptions ? [`Options\n${lines(options)}`] : []),
    ...(settings.length === 0
      ? []
      : [
          `Settings (variables of the environment)\n${lines(Object.fromEntries(settings.map((name) => [name, SETTINGS[name]])))}`,
        ]),
  ]
  return sections.join('\n\n')
}

function lines(entries: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(entries).map((name) => name.length))
  return Object.entries(entries)
    .map(([name, about]) => `  ${name.padEnd(width)}  ${about}`)
    .join('\n')
}
