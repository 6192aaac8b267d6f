/** Reports progress to the user who waits: one line that changes on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  tell(line: string): void
  /** The last line stays. */
  end(): void
}

export interface ProgressPace {
  /** Elsewhere than on a terminal, the least time between two lines. */
  readonly everyMs: number
  /** Work that is done sooner than this says nothing there. */
  readonly quietMs?: number
  readonly now?: () => number
}

/** What is used of a stream. */
type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>

export function createProgress(stream: Output, pace: ProgressPace): Progress {
  return stream.isTTY ? rewrittenLine(stream) : plainLines(stream, pace)
}

function rewrittenLine(stream: Output): Progress {
  let told = false
  return {
    tell(line) {
      told = true
      stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`)
    },
    end() {
      if (told) stream.write('\n')
      told = false
    },
  }
}

function plainLines(stream: Output, { everyMs, quietMs = 0, now = () => performance.now() }: ProgressPace): Progress {
  let next = now() + quietMs
  return {
    tell(line) {
      if (now() < next) return
      next = now() + everyMs
      stream.write(`${line}\n`)
    },
    end() {},
  }
}
