/** Writes into an open stream. After `end`, or once the reader has left, it does nothing. */
export interface EventSink {
  event(name: string, data: string): void
  /** A line that readers pass over. */
  comment(): void
  end(): void
}

/** How long a browser waits before it connects again, in ms. */
const RETRY_MS = 2_000

const headers = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  // Asks a proxy in front not to collect the answer first (nginx).
  'X-Accel-Buffering': 'no',
}

/**
 * Server-sent events (HTML standard §9.2). `open` is called at the first read, so that an answer nobody reads (HEAD) opens nothing;
 * what it returns is called once, when the stream ends or the reader leaves.
 * `closed` is called then too, also when the stream was never opened.
 */
export function eventStreamAnswer(open: (sink: EventSink) => () => void, closed: () => void = () => {}): Response {
  const encoder = new TextEncoder()
  let leave: (() => void) | null = null
  let over = false
  const finish = () => {
    if (!over) closed()
    over = true
    leave?.()
    leave = null
  }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (leave !== null || over) return
        const write = (text: string) => void (over || controller.enqueue(encoder.encode(text)))
        const end = () => {
          if (over) return
          finish()
          controller.close()
        }
        write(`retry: ${RETRY_MS}\n\n`)
        const opened = open({
          event: (name, data) => write(`event: ${name}\ndata: ${data}\n\n`),
          comment: () => write(':\n\n'),
          end,
        })
        // It may have ended while it was being opened.
        if (over) opened()
        else leave = opened
      },
      cancel: finish,
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers })
}
