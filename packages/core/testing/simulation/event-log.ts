/** What happened in a run, line by line; two runs of one seed have the same lines. */
export interface EventLog {
  readonly lines: readonly string[]
  write(line: string): void
  /** Of all lines so far. */
  hash(): string
}

export function eventLog(): EventLog {
  const lines: string[] = []
  return {
    lines,
    write: (line) => void lines.push(line),
    hash: () => hashOf(lines),
  }
}

/** FNV-1a over every character: it tells two runs apart, and nothing more. */
function hashOf(lines: readonly string[]): string {
  let hash = 0x811c9dc5
  for (const line of lines) {
    for (let index = 0; index < line.length; index += 1) hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193)
    hash = Math.imul(hash ^ 10, 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
