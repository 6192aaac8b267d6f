export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer'

/** What a span tells about its work. Never a token, a key or buyer data. */
export type SpanAttributes = Readonly<Record<string, string | number | undefined>>

export interface SpanOptions {
  readonly kind: SpanKind
  /** The `traceparent` that the span continues; null begins a trace; absent: the span that runs now. */
  readonly parent?: string | null | undefined
  readonly attributes: SpanAttributes
}

/** A span while its work runs. */
export interface Span {
  set(attributes: SpanAttributes): void
  /** Marks the span as failed; for a failure that `work` answers instead of throwing it. */
  fail(error: unknown): void
}

/**
 * Follows a purchase across processes. Without a tracer the services run exactly as if there were none. `openTelemetry`
 * of `@coursepay/http-hono/telemetry` is one.
 */
export interface Tracer {
  /** Outcome: that of `work`, which runs inside a new span. A failure marks the span. A tracer adds no failure. */
  trace<Result>(name: string, options: SpanOptions, work: (span: Span) => Promise<Result>): Promise<Result>
  /** Of the span that runs now; undefined outside of one. */
  traceparent(): string | undefined
}
