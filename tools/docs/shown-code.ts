/**
 * A block of code in a page. `source` is the file that it has to be taken from: `path`, or the region `#name` of it.
 */
export interface Block {
  readonly language: string
  readonly code: string
  readonly source: { readonly path: string; readonly region: string | null } | null
  /** What the page says that the program prints: the unnamed block right after it. */
  readonly output: string | null
}

const FENCE = /(?:^<!-- ([\w./-]+)(?:#([\w-]+))? -->\n)?^```(\w*)\n([\s\S]*?)^```$/gm

/**
 * Reads the blocks of a page in Markdown. A block's source stands in a comment above it: `<!-- examples/src/x.ts#region
 * -->`.
 */
export function blocksOf(page: string): Block[] {
  const found = [...page.matchAll(FENCE)]
  return found.flatMap((match, index) => {
    if (isOutput(match, found[index - 1])) return []
    const [, path, region, language = '', code = ''] = match
    const next = found[index + 1]
    return [
      {
        language,
        code,
        source: path === undefined ? null : { path, region: region ?? null },
        output: next !== undefined && isOutput(next, match) ? (next[4] ?? '') : null,
      },
    ]
  })
}

/** Unnamed, of no language, and with nothing but an empty line between it and a program that is shown. */
function isOutput(match: RegExpExecArray, before: RegExpExecArray | undefined): boolean {
  const named = before !== undefined && before[1] !== undefined && before[3] === 'ts'
  return named && match[1] === undefined && match[3] === '' && match.index === before.index + before[0].length + 2
}

/**
 * What a page has to show of a file: its region, moved to the left; without one, the whole file but for the marks of
 * regions.
 */
export function excerpt(file: string, region: string | null): string {
  const lines = file.split('\n')
  if (region === null) return lines.filter((line) => !/^\s*\/\/ #(end)?region\b/.test(line)).join('\n')
  const start = lines.findIndex((line) => line.trim() === `// #region ${region}`)
  const length = lines.slice(start + 1).findIndex((line) => line.trim() === '// #endregion')
  if (start === -1 || length === -1) throw new Error(`There is no region ${region}.`)
  const inside = lines.slice(start + 1, start + 1 + length)
  const margin = Math.min(...inside.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return inside.map((line) => `${line.slice(margin)}\n`).join('')
}

/** Links to files, as they stand in the page; those to the web and into the page itself are left out. */
export function linksOf(page: string): string[] {
  return [...page.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}
