import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Declaration, declarationsOf } from './declarations.js'

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly types?: string }>>
}

/** Entry points for tests: they are large, and a change of them breaks no shop. */
export const LEFT_OUT: ReadonlySet<string> = new Set(['./contracts', './simulation'])

/** Every name that a package exports, with its signature: a change of the package's face shows in a review. */
export function apiReport(folder: string): string {
  const { name, exports }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entries = Object.entries(exports).flatMap(([path, { types }]) =>
    types === undefined || LEFT_OUT.has(path)
      ? []
      : [entryPart(name + path.slice(1), declarationsOf(join(folder, types)))],
  )
  return `${[`# API of ${name}`, 'Written by `npm run api`; a test keeps it up to date.', ...entries].join('\n\n')}\n`
}

function entryPart(entry: string, declarations: readonly Declaration[]): string {
  const code = declarations.map(signatureOf).toSorted()
  return `## \`${entry}\`: ${declarations.length} names\n\n\`\`\`typescript\n${code.join('\n')}\n\`\`\``
}

/** Without comments, so that a report changes with the face alone. */
const signatureOf = ({ code }: Declaration): string =>
  code
    .replace(/^export (declare )?/, '')
    .replace(/\/\*\*[\s\S]*?\*\/\n? */g, '')
    .replace(/\n\s*\n/g, '\n')
