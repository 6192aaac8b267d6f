import { isTest, type SourceFile } from './source-file.js'

const MAX_LINES = 250
/** A suite tells one story: what a port promises, or what a page does. */
const MAX_LINES_OF_SUITE = 300
const MAX_METHODS = 5

const linesOf = (text: string) => text.split('\n')
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')

/** The domain decides on what it is given: no clock, no randomness, nothing to wait for. */
const IMPURE =
  /\bawait\b|\basync\b|\bPromise\b|\bDate\b|\bMath\.random\b|\bperformance\b|\bcrypto\b|\bprocess\b|\bsetTimeout\b/

export function impureDomainFiles(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => /^packages\/core\/src\/\w+\/domain\//.test(file.path) && !isTest(file))
    .flatMap(({ path, text }) => {
      const found = IMPURE.exec(withoutComments(text))
      return found === null
        ? []
        : [`${path} uses ${found[0]}: time, ids and answers are arguments of a domain function`]
    })
}

const maxLinesOf = (file: SourceFile) =>
  isTest(file) || file.path.endsWith('.contract.ts') ? MAX_LINES_OF_SUITE : MAX_LINES

export function overlongFiles(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => linesOf(file.text).length > maxLinesOf(file))
    .map(({ path, text }) => `${path} has ${linesOf(text).length} lines: split it by job`)
}

const MAX_COLUMNS = 120
const COMMENT_LINE = /^\s*(?:\/\/|\/?\*+) /

/** The formatter wraps code at 120 columns; this says the same of comments. An address stays whole. */
export function wideComments(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    linesOf(text).flatMap((line, index) =>
      line.length > MAX_COLUMNS && COMMENT_LINE.test(line) && !line.includes('://')
        ? [`${path}:${index + 1} is a comment over ${MAX_COLUMNS} columns`]
        : [],
    ),
  )
}

export function medianLength(files: readonly SourceFile[]): number {
  const lengths = files.map(({ text }) => linesOf(text).length).sort((one, other) => one - other)
  return lengths[Math.floor(lengths.length / 2)] ?? 0
}

const BANNED_NAME = /\b(utils?|helpers?|misc|common|\w*manager|\w*impl)(\.|\/|$)/i

export function bannedNames(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => BANNED_NAME.test(path))
    .map(({ path }) => `${path}: name the job, not the kind of file`)
}

const INTERFACE = /export interface (\w+)[^{]*\{([\s\S]*?)\n\}/g

/** Methods of each interface in the ports' folders; fields are facts and do not count. */
export function overgrownPorts(files: readonly SourceFile[]): string[] {
  return files
    .filter((file) => /^packages\/core\/src\/\w+\/ports\//.test(file.path) && !isTest(file))
    .flatMap(({ path, text }) =>
      [...text.matchAll(INTERFACE)].flatMap(([, name, body = '']) => {
        const methods = withoutComments(body).match(/^ {2}\w+(<[^>]*>)?\(/gm)?.length ?? 0
        return methods > MAX_METHODS ? [`${path}: ${name} has ${methods} methods; ${MAX_METHODS} fit on a screen`] : []
      }),
    )
}

const ESCAPES: readonly (readonly [RegExp, string])[] = [
  [/@ts-(ignore|nocheck)/, 'silences the compiler'],
  [/(biome-ignore|eslint-disable)(?!.*: \S)/, 'silences the linter without a reason'],
  [/(?<!\.)\b(describe|it|test)\.(only|skip)\(/, 'leaves tests out'],
  [/\bTODO\b|\bFIXME\b|\bXXX\b/, 'is a note to oneself: write an issue'],
]

/** Ways around a check; this file names them and is passed over. */
export function escapes(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !path.startsWith('tools/tidy'))
    .flatMap(({ path, text }) =>
      linesOf(text).flatMap((line, index) =>
        ESCAPES.filter(([pattern]) => pattern.test(line)).map(([, why]) => `${path}:${index + 1} ${why}`),
      ),
    )
}
