import { parseSync } from 'oxc-parser'
import { isTest, type SourceFile } from '../tidy/source-file.js'

// Read when recheck is loaded: no process and no binary of its own.
process.env.RECHECK_BACKEND = 'pure'
const { checkSync } = await import('recheck')

/** A regular expression as it stands in a source. */
export interface FoundRegex {
  readonly path: string
  /** `/source/flags`. */
  readonly text: string
  readonly pattern: string
  readonly flags: string
}

/** The sources that run, tests apart. */
export const isOfProgram = (source: SourceFile): boolean =>
  /^(packages|examples)\/.*\/?(src|sandbox)\//.test(source.path) && !isTest(source)

export function regexesOf({ path, text }: SourceFile): FoundRegex[] {
  const found: FoundRegex[] = []
  for (const node of nodesOf(parseSync(path, text).program)) {
    const regex: unknown = node.type === 'Literal' ? node.regex : undefined
    if (!isRecord(regex)) continue
    const [pattern, flags] = [String(regex.pattern), String(regex.flags)]
    found.push({ path, pattern, flags, text: `/${pattern}/${flags}` })
  }
  return found
}

/** Where a regular expression is made of a text while the program runs: nobody can check it beforehand. */
export const madeAtRunTime = ({ path, text }: SourceFile): string[] =>
  nodesOf(parseSync(path, text).program)
    .filter(
      ({ type, callee }) => /^(New|Call)Expression$/.test(String(type)) && isRecord(callee) && callee.name === 'RegExp',
    )
    .map(() => path)

type Node = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** Every node of a syntax tree. */
function nodesOf(root: unknown): Node[] {
  const nodes: Node[] = []
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (!isRecord(next)) continue
    if (!Array.isArray(next)) nodes.push(next)
    waiting.push(...Object.values(next))
  }
  return nodes
}

const TIMEOUT_MS = 60_000

/** Null for a regular expression that takes linear time for every text; else what is wrong with it. */
export function slownessOf({ pattern, flags }: Pick<FoundRegex, 'pattern' | 'flags'>): string | null {
  const found = checkSync(pattern, flags, { timeout: TIMEOUT_MS })
  if (found.status === 'safe') return null
  return found.status === 'vulnerable' ? `vulnerable: ${found.complexity.summary}` : `unknown: ${found.error.kind}`
}
