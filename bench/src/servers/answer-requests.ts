/** What a program is asked for, and what it found. */
export interface ParentRequest {
  readonly count: number
}

/** Answers each message of the parent process; a failure goes back as one. */
export function answerRequests(work: (asked: ParentRequest) => Promise<object>): void {
  process.on('message', (asked: ParentRequest) => {
    work(asked).then(
      (answer) => process.send?.(answer),
      (error: unknown) => process.send?.({ failure: String(error) }),
    )
  })
  process.once('SIGTERM', () => process.exit(0))
  process.send?.('ready')
}
