import { CheckoutError } from '@coursepay/core'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTelemetry } from '../src/telemetry/index.js'
import { addOrder, members, openShop } from './shop.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const PARENT = `00-${TRACE}-${SPAN}-01`
const exporter = new InMemorySpanExporter()

beforeEach(() => new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register())
afterEach(() => {
  exporter.reset()
  trace.disable()
  context.disable()
})

const spans = () => exporter.getFinishedSpans()
const traceIds = () => new Set(spans().map((span) => span.spanContext().traceId))

describe('openTelemetry', () => {
  it('continues a traceparent, and hands its own on', async () => {
    const tracer = openTelemetry()
    const options = {
      kind: 'consumer',
      parent: PARENT,
      attributes: { 'coursepay.pay_no': '7', absent: undefined },
    } as const
    const inside = await tracer.trace('process message', options, async () => tracer.traceparent())
    const [span] = spans()
    expect(span).toMatchObject({ kind: SpanKind.CONSUMER, attributes: { 'coursepay.pay_no': '7' } })
    expect(span?.parentSpanContext).toMatchObject({ traceId: TRACE, spanId: SPAN, isRemote: true })
    expect(inside).toBe(`00-${TRACE}-${span?.spanContext().spanId}-01`)
    expect(tracer.traceparent()).toBeUndefined()
  })

  it('begins a trace of its own where the parent is null, also inside another span', async () => {
    const tracer = openTelemetry()
    const begin = () => tracer.trace('inner', { kind: 'internal', parent: null, attributes: {} }, async () => {})
    await tracer.trace('outer', { kind: 'server', parent: PARENT, attributes: {} }, begin)
    expect(traceIds().size).toBe(2)
  })

  it('marks what fails by code, and never by message', async () => {
    const fail = () => Promise.reject(new CheckoutError('store_unavailable', 'a secret'))
    await expect(openTelemetry().trace('x', { kind: 'client', attributes: {} }, fail)).rejects.toThrow('a secret')
    expect(spans()[0]).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': 'store_unavailable' },
      events: [],
    })
  })

  it('does the work, and knows no traceparent, in a process without an SDK', async () => {
    trace.disable()
    const tracer = openTelemetry()
    const work = async () => tracer.traceparent() ?? 'none'
    expect(await tracer.trace('x', { kind: 'server', parent: PARENT, attributes: {} }, work)).toBe(PARENT)
    expect(await tracer.trace('x', { kind: 'server', attributes: {} }, work)).toBe('none')
    expect(spans()).toEqual([])
  })
})

describe('a request', () => {
  it('is a span by its pattern, with its status, order and payment, in the trace of its caller', async () => {
    const shop = await openShop({ tracer: openTelemetry() })
    const id = await shop.choose()
    const headers = { ...(await shop.authorization()), 'Content-Type': 'application/json', traceparent: PARENT }
    const body = JSON.stringify({ ...addOrder(id), outBusinessId: id })
    const path = '/api/orders/generatepaycode'
    const answer = await shop.app.request(path, { method: 'POST', headers, body })
    const { payNo, orderId } = await members(answer)
    const span = spans().find(({ name }) => name === `POST ${path}`)
    expect(span).toMatchObject({
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': 'POST',
        'http.route': path,
        'http.response.status_code': 200,
        'coursepay.order_id': orderId,
        'coursepay.pay_no': payNo,
      },
    })
    expect(span?.parentSpanContext?.spanId).toBe(SPAN)
  })

  it('that a span of the host holds already is part of it', async () => {
    const { app } = await openShop({ tracer: openTelemetry() })
    await trace.getTracer('host').startActiveSpan('the server of the host', async (span) => {
      await app.request('/healthz', { headers: { traceparent: PARENT } })
      span.end()
    })
    expect(traceIds().size).toBe(1)
    expect(traceIds()).not.toContain(TRACE)
  })

  it('with a traceparent that is none begins a trace', async () => {
    const { app } = await openShop({ tracer: openTelemetry() })
    await app.request('/healthz', { headers: { traceparent: 'rubbish' } })
    expect(spans().map(({ name, parentSpanContext }) => [name, parentSpanContext])).toEqual([
      ['GET /healthz', undefined],
    ])
  })

  it('fails as a span when it is our fault, and not when it is the caller’s', async () => {
    const shop = await openShop({ tracer: openTelemetry() })
    await shop.nobody.get('/p/unknown')
    shop.orderStore.faults.breakDown()
    await shop.nobody.get('/p/another')
    expect(spans().map(({ name, status }) => [name, status.code])).toEqual([
      ['GET /p/:token', SpanStatusCode.UNSET],
      ['GET /p/:token', SpanStatusCode.ERROR],
    ])
    expect(JSON.stringify(spans().map(({ attributes }) => attributes))).not.toMatch(/unknown|another/)
  })
})
