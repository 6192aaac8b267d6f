import { globSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './run.js'

/** What of a `package.json` matters to who installs it. */
export interface Manifest {
  readonly name: string
  readonly type: string
  readonly sideEffects: boolean
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: boolean }>>
}

/** A packed package, taken apart. */
export interface Tarball {
  readonly path: string
  /** From the package's root, with slashes. */
  readonly files: readonly string[]
  readonly manifest: Manifest
  text(file: string): string
}

/** Takes a tarball apart, beside the tarball. */
export function openTarball(path: string): Tarball {
  const folder = path.replace(/\.tgz$/, '')
  mkdirSync(folder)
  run('tar', ['-xzf', path, '-C', folder])
  const root = join(folder, 'package')
  const files = globSync('**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
  const text = (file: string) => readFileSync(join(root, file), 'utf8')
  return { path, files, manifest: JSON.parse(text('package.json')), text }
}

/** What users write after `from`: `@coursepay/core/fakes`. */
export const entryPoints = ({ manifest: { name, exports } }: Tarball): string[] =>
  Object.keys(exports).map((key) => `${name}${key.slice(1)}`)

/** Source maps, with what they point at; paths from the package's root. */
export function sourcesOfMaps({ files, text }: Tarball): string[] {
  return files
    .filter((file) => file.endsWith('.map'))
    .flatMap((file) => {
      const { sources }: { readonly sources: readonly string[] } = JSON.parse(text(file))
      return sources.map((source) => new URL(source, `file:///${file}`).pathname.slice(1))
    })
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g

/** Packages that the JavaScript and the types name, without Node's own. */
export function packagesNamed({ files, text }: Tarball): Set<string> {
  const code = files.filter((file) => /^dist\/.*\.(js|d\.ts)$/.test(file))
  const targets = code.flatMap((file) =>
    [...text(file).matchAll(IMPORT)].map(([, from, dynamic]) => from ?? dynamic ?? ''),
  )
  const outside = targets.filter((target) => !target.startsWith('.') && !target.startsWith('node:'))
  return new Set(outside.map((target) => target.split('/', target.startsWith('@') ? 2 : 1).join('/')))
}
