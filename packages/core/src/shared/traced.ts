import type { SpanAttributes, Tracer } from './ports/tracer.js'

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
