import type { SpanAttributes, Tracer } from './ports/tracer.js'

const TRACEPARENT_PATTERN = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** A `traceparent` (W3C Trace Context, version 00) of somebody else; undefined for anything that is none. */
export const validTraceparent = (value: unknown): string | undefined =>
  typeof value === 'string' && TRACEPARENT_PATTERN.test(value) ? value : undefined

/** For a service without a tracer: it runs the work, and nothing else. */
export const noopTracer: Tracer = {
  trace: (_name, _options, work) => work({ set() {}, fail() {} }),
  traceparent: () => undefined,
}

/** A commit in a span of its own, which shows how it ended. */
export const traceCommit = <Outcome extends string>(
  tracer: Tracer,
  name: string,
  attributes: SpanAttributes,
  commit: () => Promise<Outcome>,
): Promise<Outcome> =>
  tracer.trace(name, { kind: 'client', attributes }, async (span) => {
    const outcome = await commit()
    span.set({ 'coursepay.outcome': outcome })
    return outcome
  })
