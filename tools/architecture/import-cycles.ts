import { importsOf, type SourceFile } from '../tidy/source-file.js'

/** The files that import themselves by way of others, types included. Dynamic imports count too. */
export function filesInImportCycles(files: readonly SourceFile[]): string[] {
  const paths = new Set(files.map(({ path }) => path))
  const fileAt = (target: string) =>
    ['.ts', '.tsx'].map((ending) => target.replace(/\.js$/, ending)).find((path) => paths.has(path)) ?? target
  const imports = new Map(files.map((file) => [file.path, importsOf(file).map(fileAt)]))
  return [...paths].filter((path) => reachable(imports, path).has(path))
}

function reachable(imports: ReadonlyMap<string, readonly string[]>, from: string): ReadonlySet<string> {
  const seen = new Set<string>()
  const waiting = [...(imports.get(from) ?? [])]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue
    seen.add(next)
    waiting.push(...(imports.get(next) ?? []))
  }
  return seen
}
