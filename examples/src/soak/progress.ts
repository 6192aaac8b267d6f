/** Tells how far a run is: one line that changes on a terminal, a line now and then elsewhere. */
export interface Progress {
  tell(line: string): void
  /** The last line stays. */
  end(): void
}

const PLAIN_EVERY_MS = 5_000

export function createProgress(stream: NodeJS.WriteStream): Progress {
  let toldAt = Number.NEGATIVE_INFINITY
  if (stream.isTTY) {
    return {
      tell: (line) => void stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`),
      end: () => void stream.write('\n'),
    }
  }
  return {
    tell(line) {
      if (performance.now() - toldAt < PLAIN_EVERY_MS) return
      toldAt = performance.now()
      stream.write(`${line}\n`)
    },
    end() {},
  }
}
