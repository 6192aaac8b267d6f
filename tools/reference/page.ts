import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../tidy/source-file.js'
import { type Declaration, declarationsOf } from './declarations.js'

interface Manifest {
  readonly name: string
  readonly description: string
  readonly exports: Readonly<Record<string, { readonly types: string }>>
}

/** The reference of one package as a page in Markdown: each entry point, each name, in the order of its list of exports. */
export function referencePage(folder: string): string {
  const { name, description, exports }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entries = Object.entries(exports).filter(([, { types }]) => types !== undefined)
  const parts = entries.map(([path, { types }]) => entryPart(name + path.slice(1), declarationsOf(join(folder, types))))
  return `${[`# ${name}`, description, 'Made from the docstrings by `npm run reference`.', ...parts].join('\n\n')}\n`
}

function entryPart(entry: string, declarations: readonly Declaration[]): string {
  const byName = [...Map.groupBy(declarations, ({ name }) => name)]
  return [`## \`${entry}\``, ...byName.map(([name, declared]) => namePart(name, declared))].join('\n\n')
}

/** A name may stand for a value and for its type. */
function namePart(name: string, declared: readonly Declaration[]): string {
  const texts = declared.map(({ text }) => text).filter((text) => text !== '')
  const code = declared.map((one) => one.code.replace(/^export (declare )?/, '')).join('\n')
  const [{ file } = { file: '' }] = declared
  const source = relative(join(root, 'docs/reference'), file).replaceAll('\\', '/')
  const path = source
    .replace('/dist/sandbox/', '/sandbox/')
    .replace('/dist/', '/src/')
    .replace(/\.d\.ts$/, '.ts')
  return [`### ${name}`, ...texts, `\`\`\`typescript\n${code}\n\`\`\``, `[source](${path})`].join('\n\n')
}
