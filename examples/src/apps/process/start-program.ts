import { lstatSync, mkdirSync } from 'node:fs'
import nodeModule from 'node:module'
import { join } from 'node:path'
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

/**
 * The first thing every program does: nothing else is imported before, since an older Node could not even read it.
 * Refuses an old Node and arguments that it does not know, prints the help, keeps the files it makes to its own user,
 * then loads the program.
 */
export async function startProgram(help: ProgramHelp, load: () => Promise<unknown>): Promise<void> {
  const refusal = refusalOfNode(process.versions.node) ?? refusalOfArguments(help, process.argv.slice(2))
  if (refusal !== null) {
    console.error(refusal.sentence)
    process.exitCode = refusal.exitCode
  } else if (process.argv.includes('--help')) {
    console.log(helpText(help))
  } else {
    process.umask(0o077)
    useCompileCache()
    await load()
  }
}

interface Refusal {
  readonly sentence: string
  readonly exitCode: number
}

function refusalOfNode(version: string): Refusal | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 14)) return null
  const sentence = `Node.js ${version} is too old: use 22.14 or newer, or npm run, which brings its own.`
  return { sentence, exitCode: 1 }
}

function refusalOfArguments({ command, options = {} }: ProgramHelp, args: readonly string[]): Refusal | null {
  const [first] = args
  if (first === undefined || first === '--help' || Object.keys(options).length > 0) return null
  return { sentence: `npm run ${command} takes no arguments: its settings are variables. See --help.`, exitCode: 2 }
}

function helpText({ command, about, options = {}, settings }: ProgramHelp): string {
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

const COMPILE_CACHE_FOLDER = join(import.meta.dirname, '../../../../node_modules/.coursepay/compile-cache')

/**
 * Much of a start is compiling what is the same as at the last one. What lies in the cache is run as code, so it is
 * used only in a folder that nobody else can write to.
 */
export function useCompileCache(folder = COMPILE_CACHE_FOLDER): boolean {
  if (!isOwnFolder(folder)) return false
  nodeModule.enableCompileCache(folder)
  return true
}

function isOwnFolder(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    if (process.getuid === undefined) return found.isDirectory()
    return found.isDirectory() && found.uid === process.getuid() && (found.mode & 0o077) === 0
  } catch {
    // A disk that only reads: the start is slower.
    return false
  }
}

/**
 * Tells that it is open and waits for SIGINT or SIGTERM, then stops cleanly; a second signal does not wait any longer.
 */
export async function runMain(running: { stop(): Promise<void> }, tellOpen: () => unknown): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  // Before anybody knows that it is open: a signal that comes at once must stop it cleanly too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  await tellOpen()
  await promise
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
  await running.stop()
}
