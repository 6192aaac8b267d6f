import type { SpanAttributes, Tracer } from './ports/tracer.js'

const TRACEPARENT_PATTERN = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/

/** A `traceparent` (W3C Trace Context, version 00) of somebody else; undefined for anything that is none. */
export const readTraceparent = (value: unknown): string | undefined =>
  typeof value === 'string' && TRACEPARENT_PATTERN.test(value) ? value : undefined

/** `work` inside an internal span; without a tracer `work` itself. */
export function traced<Given extends unknown[], Result>(
  tracer: Tracer | undefined,
  name: string,
  attributesOf: (...given: Given) => SpanAttributes,
  work: (...given: Given) => Promise<Result>,
): (...given: Given) => Promise<Result> {
  if (tracer === undefined) return work
  return (...given) =>
    tracer.trace(name, { kind: 'internal', attributes: attributesOf(...given) }, () => work(...given))
}
