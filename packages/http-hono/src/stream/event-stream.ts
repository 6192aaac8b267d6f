import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'

/** Writes into an open stream. After `end`, or once the reader has left, it does nothing. */
export interface EventSink {
  event(name: string, data: string): void
  /** A line that readers pass over. */
  comment(): void
  end(): void
}

/** How long a browser waits before it connects again. */
const RECONNECT_DELAY_MS = 2_000

const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  // nginx must not buffer the answer.
  'X-Accel-Buffering': 'no',
}

/**
 * Server-sent events (HTML standard §9.2). `open` is called once; what it returns is called once, when the stream ends
 * or the reader leaves. HEAD opens nothing.
 */
export function eventStreamAnswer(c: Context, open: (sink: EventSink) => () => void): Response {
  if (c.req.method === 'HEAD') return new Response(null, { headers: streamHeaders })
  const response = streamSSE(c, async (stream) => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>()
    stream.onAbort(end)
    // In sequence, so that the last event is written before the end.
    let written: Promise<unknown> = stream.write(`retry: ${RECONNECT_DELAY_MS}\n\n`)
    const write = (part: () => Promise<unknown>) => {
      written = written.then(part)
    }
    const leave = open({
      event: (event, data) => write(() => stream.writeSSE({ event, data })),
      comment: () => write(() => stream.write(':\n\n')),
      end,
    })
    await ended
    leave()
    await written
  })
  for (const [name, value] of Object.entries(streamHeaders)) response.headers.set(name, value)
  // Belongs to a connection, not to an answer: HTTP/2 refuses it.
  response.headers.delete('Connection')
  return response
}
