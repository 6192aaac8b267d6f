import { useCompileCache } from './compile-cache.js'
import { helpText, type ProgramHelp } from './help-text.js'

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
