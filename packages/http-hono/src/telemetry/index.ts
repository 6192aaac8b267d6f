// This entry alone imports `@opentelemetry/api`.
import { CheckoutError } from '@coursepay/core'
import type { SpanKind as Kind, SpanAttributes, SpanOptions, Tracer } from '@coursepay/core/ports'
import {
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'

const spanKindByKind: Readonly<Record<Kind, SpanKind>> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

/** The tracer of the SDK that this process has registered; without one it records nothing. */
export function openTelemetry(name = 'coursepay'): Tracer {
  const tracer = trace.getTracer(name)
  return {
    trace: (spanName, { kind, parent, attributes }, work) =>
      tracer.startActiveSpan(
        spanName,
        { kind: spanKindByKind[kind], attributes: definedAttributes(attributes) },
        parentContextOf(parent),
        (span) =>
          runAndEndSpan(span, async () =>
            work({
              set: (more) => void span.setAttributes(definedAttributes(more)),
              fail: (error) => setErrorTypeAndStatus(span, error),
            }),
          ),
      ),
    traceparent() {
      const running = trace.getSpanContext(context.active())
      if (running === undefined || !isSpanContextValid(running)) return undefined
      const { traceId, spanId, traceFlags } = running
      return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
    },
  }
}

function parentContextOf(parent: SpanOptions['parent']): Context {
  if (parent === undefined) return context.active()
  const [, traceId, spanId, flags] = parent?.split('-') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true })
}

async function runAndEndSpan<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    setErrorTypeAndStatus(span, error)
    throw error
  } finally {
    span.end()
  }
}

/** By name and code: the message of an error may quote a pay token. */
function setErrorTypeAndStatus(span: Span, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error
  span.setAttribute('error.type', CheckoutError.isInstance(error) ? error.code : name)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

const definedAttributes = (attributes: SpanAttributes) =>
  Object.fromEntries(
    Object.entries(attributes).filter((entry): entry is [string, string | number] => entry[1] !== undefined),
  )
