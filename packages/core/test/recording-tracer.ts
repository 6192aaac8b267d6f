import { AsyncLocalStorage } from 'node:async_hooks'
import type { SpanAttributes, Tracer } from '../src/ports.js'

/** A span that has ended. */
export interface RecordedSpan {
  readonly name: string
  readonly kind: string
  readonly trace: number
  readonly parent: string | null
  readonly attributes: SpanAttributes
  readonly failed: boolean
}

/** Keeps every span. A `traceparent` of it is `<trace>/<name>`. */
export function recordingTracer() {
  const running = new AsyncLocalStorage<{ readonly trace: number; readonly name: string }>()
  const spans: RecordedSpan[] = []
  let traces = 0
  const tracer: Tracer = {
    traceparent() {
      const span = running.getStore()
      return span === undefined ? undefined : `${span.trace}/${span.name}`
    },
    async trace(name, { kind, parent: given, attributes: first }, work) {
      const parent = given === undefined ? (tracer.traceparent() ?? null) : given
      if (parent === null) traces += 1
      const trace = parent === null ? traces : Number(parent.split('/')[0])
      const attributes: Record<string, string | number | undefined> = { ...first }
      let failed = false
      const span = {
        set: (more: SpanAttributes) => void Object.assign(attributes, more),
        fail: () => {
          failed = true
        },
      }
      try {
        return await running.run({ trace, name }, () => work(span))
      } catch (error) {
        failed = true
        throw error
      } finally {
        spans.push({ name, kind, trace, parent: parent?.split('/')[1] ?? null, attributes, failed })
      }
    },
  }
  return { tracer, spans }
}
