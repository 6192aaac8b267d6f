import type { AddressInfo } from 'node:net'
import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { inProcess, rabbitmq } from '@coursepay/adapter-mq'
import { sqlStore } from '@coursepay/adapter-sql'
import { courseId, courses, createCheckout, fen, type MessagesAdapter } from '@coursepay/core'
import { checkoutRoutes } from '@coursepay/http-hono'
import { checkoutClient } from '@coursepay/http-hono/client'
import { openTelemetry } from '@coursepay/http-hono/telemetry'
import { serve } from '@hono/node-server'
import { context, trace } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import { Hono } from 'hono'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { createRabbitNames, findRabbit, named } from './support/services.js'
import { until } from './support/until.js'

const rabbit = await findRabbit()
const list = [{ courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }]
const BROWSER_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${BROWSER_TRACE}-00f067aa0ba902b7-01`

const isGrant = ({ name, attributes }: ReadableSpan) =>
  name === 'commit entitlement' && attributes['messaging.message.id'] !== undefined

/** As the fetch of a browser whose page is traced. */
const traced: typeof fetch = (input, init) =>
  fetch(input, { ...init, headers: { ...Object(init?.headers), traceparent } })

afterEach(() => {
  trace.disable()
  context.disable()
})

/** How messages travel, and the learning centre's queue. */
interface Way {
  readonly messages: MessagesAdapter
  readonly queue: string
}

/** A school on real HTTP whose spans are kept. */
async function openSchool({ messages, queue }: Way) {
  const exporter = new InMemorySpanExporter()
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register()
  const opened = Promise.withResolvers<AddressInfo>()
  const app = new Hono()
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, opened.resolve)
  const publicUrl = `http://127.0.0.1:${(await opened.promise).port}`
  const sandbox = await startAlipaySandbox()
  const checkout = await createCheckout({
    ...{ store: sqlStore({ url: 'sqlite::memory:' }), payments: alipay(sandbox.merchant), messages, queue, publicUrl },
    products: { course: courses(list) },
    tracer: openTelemetry(),
  })
  app.route('/', checkoutRoutes(checkout, { user: () => 'zhang' }))
  onTestFinished(async () => {
    await checkout.stop()
    await sandbox.stop()
    server.close()
  })
  /** The spans of the trace in which the course was granted, as "parent > child". */
  async function spansOfGrant() {
    const finished = async () => exporter.getFinishedSpans()
    // In process the relay ends last, over RabbitMQ the grant.
    const all = await until(
      finished,
      (spans) => spans.some(isGrant) && spans.some(({ name }) => name === 'relay message'),
    )
    const { traceId } = all.find(isGrant)?.spanContext() ?? { traceId: '' }
    const spans = all.filter((span) => span.spanContext().traceId === traceId)
    const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]))
    const ways = spans.map(
      ({ name, parentSpanContext: parent }) => `${names.get(parent?.spanId ?? '') ?? '-'} > ${name}`,
    )
    return { traceId, spans, ways }
  }
  return {
    sandbox,
    publicUrl,
    spansOfGrant,
    client: (fetch: typeof globalThis.fetch) => checkoutClient(publicUrl, { fetch }),
  }
}

const FROM_COMMIT_TO_GRANT = [
  'commit order > relay message',
  'relay message > send message',
  'send message > process message',
  'process message > commit entitlement',
]

const overRabbit = async (): Promise<Way> => {
  const names = await createRabbitNames(rabbit.url)
  onTestFinished(() => names[Symbol.asyncDispose]())
  const exchange = names.environment.AMQP_EXCHANGE ?? ''
  return { messages: rabbitmq({ url: rabbit.url, exchange }), queue: names.queue('learning') }
}

const ways = [
  {
    name: 'in process',
    needs: { ...rabbit, missing: null },
    way: async () => ({ messages: inProcess(), queue: 'learning' }),
  },
  { name: named('over RabbitMQ', rabbit), needs: rabbit, way: overRabbit },
]

describe.each(ways)('a purchase $name is one trace', ({ needs, way }) => {
  it.skipIf(needs.missing)('from the notification of the gateway to the grant', async () => {
    const { client, sandbox, spansOfGrant } = await openSchool(await way())
    const { payCode, paid } = await client(fetch).buy({ courseId: '1' })
    await sandbox.buyer.pay(payCode?.payUrl ?? '')
    await paid()
    const { spans, ways } = await spansOfGrant()
    expect(ways.sort()).toEqual(
      [
        '- > POST /api/orders/receivenotify',
        'POST /api/orders/receivenotify > commit order',
        ...FROM_COMMIT_TO_GRANT,
      ].sort(),
    )
    const { orderId, payNo } = payCode ?? {}
    for (const { name, attributes } of spans.filter((span) => span.name !== 'commit entitlement')) {
      expect(attributes, name).toMatchObject({ 'coursepay.order_id': orderId, 'coursepay.pay_no': payNo })
    }
  })

  it.skipIf(needs.missing)('from the first request of a traced browser to the grant', async () => {
    const { client, sandbox, spansOfGrant } = await openSchool(await way())
    sandbox.fault({ at: 'notify', kind: 'drop' })
    const { payCode, paid } = await client(traced).buy({ courseId: '1' })
    await sandbox.buyer.pay(payCode?.payUrl ?? '')
    await paid()
    const { traceId, ways } = await spansOfGrant()
    expect(traceId).toBe(BROWSER_TRACE)
    expect(ways).toEqual(
      expect.arrayContaining([
        '- > POST /api/learning/choosecourse/:courseId',
        'POST /api/learning/choosecourse/:courseId > commit entitlement',
        '- > POST /api/orders/generatepaycode',
        'POST /api/orders/generatepaycode > commit order',
        '- > GET /api/orders/payresult/stream',
        'GET /api/orders/payresult/stream > query payment',
        'query payment > gateway query',
        'query payment > commit order',
        ...FROM_COMMIT_TO_GRANT,
      ]),
    )
  })
})
