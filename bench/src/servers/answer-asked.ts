/** What a program is asked for, and what it found. */
export interface Asked {
  readonly count: number
}

/** Answers each message of the parent process; a failure goes back as one. */
export function answerAsked(work: (asked: Asked) => Promise<object>): void {
  process.on('message', (asked: Asked) => {
    work(asked).then(
      (answer) => process.send?.(answer),
      (error: unknown) => process.send?.({ failure: String(error) }),
    )
  })
  process.once('SIGTERM', () => process.exit(0))
  process.send?.('ready')
}
