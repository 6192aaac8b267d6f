/** What the reader is told while it runs: one line that is written over on a terminal, plain lines elsewhere. */
export interface Progress {
  step(text: string): void
  line(text: string): void
  /** Takes the line that is written over away; what comes next may go to another stream. */
  end(): void
}

export function progressOn(stream: NodeJS.WriteStream): Progress {
  const clear = stream.isTTY ? '\r\u001b[2K' : ''
  return {
    step(text) {
      stream.write(stream.isTTY ? `${clear}${text.slice(0, stream.columns - 1)}` : `  ${text}\n`)
    },
    line(text) {
      stream.write(`${clear}${text}\n`)
    },
    end() {
      stream.write(clear)
    },
  }
}
