import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One exported thing as its declaration file has it. */
export interface Declaration {
  readonly name: string
  /** Of its docstring, without the stars; empty when it has none. */
  readonly text: string
  readonly code: string
  /** The declaration file it stands in. */
  readonly file: string
}

const DECLARATION = /^export (?:declare )?(?:abstract )?(?:function|const|class|interface|type|enum) (\w+)/
const NAMED_EXPORT = /^export (?:type )?\{([^}]*)\} from '([^']+)'/
const EXPORT_ALL = /^export \* from '([^']+)'/

/** Everything that a declaration file exports, in its order, through all files that it passes on. */
export function declarationsOf(file: string): Declaration[] {
  return statementsOf(readFileSync(file, 'utf8')).flatMap(({ text, code }) => {
    const from = (target: string) => declarationsOf(join(dirname(file), target.replace(/\.js$/, '.d.ts')))
    const [, all] = EXPORT_ALL.exec(code) ?? []
    if (all !== undefined) return from(all)
    const [, names, target] = NAMED_EXPORT.exec(code) ?? []
    if (names !== undefined && target !== undefined) return pickNamed(names, from(target))
    const [, name] = DECLARATION.exec(code) ?? []
    return name === undefined ? [] : [{ name, text, code, file }]
  })
}

/** `type A, b as c`: what is told to the outside under the name on the right. */
function pickNamed(names: string, found: readonly Declaration[]): Declaration[] {
  const wanted = names.split(',').map((each) => each.trim().replace(/^type /, ''))
  return wanted
    .filter((each) => each !== '')
    .flatMap((each) => {
      const [inside, outside = inside] = each.split(/ as /)
      const declared = found.filter(({ name }) => name === inside)
      if (declared.length === 0) throw new Error(`${inside} is exported and not found.`)
      return declared.map((one) => ({ ...one, name: String(outside) }))
    })
}

interface Statement {
  readonly text: string
  readonly code: string
}

const STATEMENT_START = /^(export|declare|import|type|interface|\/\*\*|\/\/)/

/**
 * A declaration file is printed by the compiler: what begins at its left edge begins something, and ends what was
 * before.
 */
function statementsOf(file: string): Statement[] {
  const chunks: string[][] = []
  for (const line of file.split('\n')) {
    if (STATEMENT_START.test(line)) chunks.push([line])
    else chunks.at(-1)?.push(line)
  }
  return chunks.map((lines, index) => {
    const before = chunks[index - 1] ?? []
    return { text: before[0]?.startsWith('/**') ? plain(before) : '', code: lines.join('\n').trim() }
  })
}

/** A docstring's own words. */
const plain = (comment: readonly string[]): string =>
  comment
    .map((line) => line.replace(/^\/\*\*|\*\/$/g, '').replace(/^ \* ?/, ''))
    .join('\n')
    .trim()
