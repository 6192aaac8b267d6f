import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Declaration, declarationsOf } from '../api/declarations.js'
import { LEFT_OUT } from '../api/report.js'
import { root } from '../tidy/source-file.js'
import { pageNameOf } from './navigation.js'

interface Manifest {
  readonly name: string
  readonly description: string
  readonly exports: Readonly<Record<string, string | { readonly types?: string }>>
}

interface ApiEntry {
  /** `core`, `core/ports`. */
  readonly name: string
  readonly description: string
  /** The declaration file of the entry. */
  readonly types: string
}

/** Each entry point of each package, the packages in the sequence in which a reader meets them. */
export const apiEntries: readonly ApiEntry[] = [
  'core',
  'http-hono',
  'adapter-alipay',
  'adapter-sql',
  'adapter-mq',
].flatMap((folder) => {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
  return Object.entries(manifest.exports).flatMap(([path, target]) => {
    const types = typeof target === 'string' ? undefined : target.types
    if (types === undefined || LEFT_OUT.has(path)) return []
    return [
      { name: folder + path.slice(1), description: manifest.description, types: join(root, 'packages', folder, types) },
    ]
  })
})

/** Writes a page for each entry point, from the compiler's declaration files. The folder is not kept in git. */
export function writeApiPages(): void {
  const folder = join(root, 'docs/reference')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const entry of apiEntries) writeFileSync(join(folder, `${pageNameOf(entry.name)}.md`), apiPage(entry))
}

function apiPage({ name, description, types }: ApiEntry): string {
  const byName = Map.groupBy(declarationsOf(types), (declaration) => declaration.name)
  const sorted = [...byName].toSorted(([one], [other]) => one.localeCompare(other))
  return [`# @coursepay/${name}`, description, ...sorted.map(namePart)].join('\n\n')
}

/** A value and its type may have one name. */
const namePart = ([name, declarations]: readonly [string, readonly Declaration[]]): string =>
  [`## ${name}`, ...declarations.flatMap(declarationPart)].join('\n\n')

const declarationPart = ({ text, code }: Declaration): string[] => [
  ...(text === '' ? [] : [proseOf(text)]),
  `\`\`\`typescript\n${code.replace(/^export (declare )?/, '')}\n\`\`\``,
]

/** A docstring is plain text with code in backticks: no part of it is a tag or an expression of a template. */
const proseOf = (text: string): string =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;')))
    .join('')
