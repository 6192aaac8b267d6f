import { checksum } from '../fakes/checksum.js'

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
    hash: () => checksum(lines.map((line) => `${line}\n`).join('')),
  }
}
