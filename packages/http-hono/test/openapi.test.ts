import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { findSwaggerUi } from '../src/docs/docs-page.js'
import { referencePage } from '../src/docs/reference-page.js'
import { addOrder, members, openShop, payCode, type Shop } from './shop.js'

const prices = {
  '60201': {
    source: { offerOf: () => Promise.reject(new Error('not asked for')) },
    key: 'the key of the seller of 60201 alone',
  },
}
const read = async (shop: Shop) => Object(await (await shop.nobody.get('/openapi.json')).json())

/** The calls of CONTRACT.md, in OpenAPI's words, and what operators got beside them. */
const contract = [
  'POST /api/learning/choosecourse/{courseId}',
  'POST /api/learning/choosecourse/learnstatus/{courseId}',
  'GET /api/learning/mycoursetable',
  'POST /api/orders/generatepaycode',
  'GET /p/{token}',
  'GET /p/{token}/return',
  'GET /api/orders/requestpay',
  'GET /api/orders/payresult',
  'GET /api/orders/payresult/stream',
  'POST /api/orders/receivenotify',
  'POST /api/orders/paynotify',
  'GET /api/orders',
  'GET /api/orders/{orderId}',
  'POST /api/orders/{orderId}/close',
  'POST /api/orders/{orderId}/refunds',
  'GET /api/ops/payments/{payNo}/timeline',
  'POST /api/ops/payments/{payNo}/ask',
  'POST /api/ops/payments/{payNo}/resolve',
  'GET /api/ops/stuck',
  'GET /api/ops/orders',
  'GET /api/ops/orders.csv',
  'GET /api/ops/actions',
  'POST /api/ops/entitlements',
  'POST /api/ops/entitlements/revoke',
  'POST /api/ops/outbox/{id}/redeliver',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /openapi.json',
  'GET /docs',
]

function operationsOf(document: { paths: Record<string, Record<string, unknown>> }): string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

describe('GET /openapi.json', () => {
  it('says in one sentence what the checkout promises', async () => {
    const { info } = await read(await openShop())
    expect(info.summary).toBe('The checkout of a learning platform: a course, a QR code, Alipay, paid exactly once.')
  })
  it('is a valid document of OpenAPI 3.1, for every app that can be made', async () => {
    for (const changes of [
      { prices },
      { orders: undefined, buyer: undefined, payments: undefined },
      { learning: undefined },
    ]) {
      const validator = new Validator()
      const { valid, errors } = await validator.validate(await read(await openShop(changes)))
      expect([valid, errors]).toEqual([true, undefined])
      expect(validator.version).toBe('3.1')
    }
  })

  it('has every call of the contract, and nothing that this app does not answer', async () => {
    expect(operationsOf(await read(await openShop())).sort()).toEqual(contract.toSorted())
    const learningAlone = operationsOf(
      await read(
        await openShop({ orders: undefined, buyer: undefined, payments: undefined, operatorViews: undefined }),
      ),
    )
    expect(learningAlone.filter((call) => call.includes('orders'))).toEqual([])
  })

  it('names each call once, and says who may call it and how it fails', async () => {
    const { paths } = await read(await openShop({ prices }))
    const operations = Object.values(paths).flatMap((methods) => Object.values(Object(methods)).map(Object))
    const names = operations.map(({ operationId }) => operationId)
    expect(new Set(names).size).toBe(names.length)
    for (const { operationId, security, responses } of operations) {
      expect(Array.isArray(security), operationId).toBe(true)
      expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(['200', '500']))
      if (security.length === 1) expect(Object.keys(responses), operationId).toContain('401')
    }
  })

  it('is made from the schemas that validate', async () => {
    const { components, paths } = await read(await openShop())
    expect(components.schemas.AddOrder.required).toEqual([
      'outBusinessId',
      'orderType',
      'totalPrice',
      'orderName',
      'orderDetail',
    ])
    expect(components.schemas.PayRecord.properties.status.enum).toEqual(['601001', '601002', '601003', '601004'])
    expect(components.schemas.Problem.properties.code.enum).toContain('price_mismatch')
    expect(paths['/api/orders/generatepaycode'].post.requestBody.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/AddOrder',
    })
    expect(paths['/api/learning/mycoursetable'].get.parameters).toMatchObject([
      { name: 'page', in: 'query', required: false, schema: { type: 'string', default: '1' } },
      { name: 'size', schema: { default: '10' } },
    ])
  })
})

/** Holds answers to the document: the status, the media type, and the shape of what is JSON. */
async function judge(shop: Shop) {
  const document = await read(shop)
  const ajv = new Ajv2020({ strict: false, validateFormats: false, schemas: { '': document } })
  return async (call: string, response: Response): Promise<number> => {
    const [method = '', path = ''] = call.split(' ')
    const described = document.paths[path][method.toLowerCase()].responses[response.status]
    expect(described, `${call} answers ${response.status}`).toBeDefined()
    const [type = ''] = (response.headers.get('Content-Type') ?? '').split(';')
    expect(Object.keys(described.content), call).toContain(type)
    if (type.endsWith('json')) {
      const validate = ajv.compile({ ...described.content[type].schema, components: document.components })
      const body: unknown = await response.json()
      expect([validate(body), validate.errors, body], call).toEqual([true, null, body])
    }
    return response.status
  }
}

describe('what is answered', () => {
  it('given a purchase with a refund, then every answer is as documented', async () => {
    const shop = await openShop()
    const { zhang, operator, nobody, app, gateway } = shop
    const holds = await judge(shop)
    const id = String((await members(await zhang.post('/api/learning/choosecourse/1'))).id)
    await holds('POST /api/learning/choosecourse/{courseId}', await zhang.post('/api/learning/choosecourse/1'))
    const status = '/api/learning/choosecourse/learnstatus/'
    await holds(`POST ${status}{courseId}`, await zhang.post(`${status}1`))
    await holds(`POST ${status}{courseId}`, await shop.li.post(`${status}1`))
    await holds('POST /api/orders/generatepaycode', await zhang.post('/api/orders/generatepaycode', addOrder(id)))
    const { payNo, orderId, path } = await payCode(shop)
    await holds('GET /p/{token}', await nobody.get(path))
    await holds('GET /p/{token}/return', await nobody.get(`${path}/return`))
    await holds('GET /api/orders/requestpay', await zhang.get(`/api/orders/requestpay?payNo=${payNo}`))
    gateway.buyer.pay(payNo as never)
    const notify = () =>
      app.request('/api/orders/receivenotify', { method: 'POST', body: gateway.notify(payNo as never) })
    await holds('POST /api/orders/receivenotify', await notify())
    await holds('GET /api/orders/payresult', await zhang.get(`/api/orders/payresult?payNo=${payNo}`))
    await holds('GET /api/orders/payresult/stream', await zhang.get(`/api/orders/payresult/stream?payNo=${payNo}`))
    await shop.scheduler.advance(0)
    await holds('GET /api/learning/mycoursetable', await zhang.get('/api/learning/mycoursetable'))
    await holds('GET /api/ops/stuck', await operator.get('/api/ops/stuck'))
    await holds(
      'POST /api/orders/{orderId}/refunds',
      await operator.post(`/api/orders/${orderId}/refunds`, { reason: 'x' }),
    )
    await holds('GET /api/orders/{orderId}', await zhang.get(`/api/orders/${orderId}`))
    await holds('GET /api/orders', await zhang.get('/api/orders'))
    await holds('GET /api/ops/payments/{payNo}/timeline', await operator.get(`/api/ops/payments/${payNo}/timeline`))
    for (const address of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs']) {
      await holds(`GET ${address}`, await nobody.get(address))
    }
  })

  it('given refusals, then every one is as documented', async () => {
    const shop = await openShop()
    const { zhang, li, nobody, operator } = shop
    const holds = await judge(shop)
    const { orderId, payNo, outBusinessId } = await payCode(shop)
    const order = (changes: Record<string, unknown>) => addOrder(outBusinessId, changes)
    const code = '/api/orders/generatepaycode'
    const seen = [
      await holds(`POST ${code}`, await nobody.post(code, order({}))),
      await holds(`POST ${code}`, await zhang.post(code, '{')),
      await holds(`POST ${code}`, await zhang.post(code, order({ totalPrice: '1.00' }))),
      await holds(`POST ${code}`, await zhang.post(code, order({ orderDescrip: 'another' }))),
      await holds(`POST ${code}`, await li.post(code, order({}))),
      await holds('GET /api/orders/{orderId}', await zhang.get('/api/orders/1')),
      await holds('GET /api/orders/{orderId}', await zhang.get('/api/orders/x')),
      await holds('GET /api/orders', await zhang.get('/api/orders?size=0')),
      await holds('GET /api/orders', await nobody.get('/api/orders')),
      await holds('GET /api/ops/stuck', await zhang.get('/api/ops/stuck')),
      await holds('GET /p/{token}', await nobody.get('/p/unknown')),
      await holds('GET /p/{token}/return', await nobody.get('/p/unknown/return')),
      await holds('GET /api/orders/payresult', await li.get(`/api/orders/payresult?payNo=${payNo}`)),
      await holds(
        'POST /api/orders/{orderId}/refunds',
        await operator.post(`/api/orders/${orderId}/refunds`, { reason: 'x' }),
      ),
      await holds('POST /api/ops/outbox/{id}/redeliver', await operator.post('/api/ops/outbox/1/redeliver')),
    ]
    expect(seen).toEqual([401, 400, 422, 409, 404, 404, 400, 400, 401, 403, 404, 404, 404, 409, 404])
  })
})

describe('GET /docs', () => {
  it('shows each call with its parameters, its answers and its problems, in less than 30 kB without a script', async () => {
    const shop = await openShop({ prices })
    const page = await (await shop.nobody.get('/docs')).text()
    for (const call of operationsOf(await read(shop))) {
      const [method, path] = call.split(' ')
      expect(page).toContain(`<strong>${method}</strong> <code>${path}</code>`)
    }
    expect(page).toContain('<p>Parameters: <code>page?, size?</code></p>')
    expect(page).toContain('<p>Body: <code>AddOrder</code></p>')
    expect(page).toContain('<li>200 PayCode: The answer</li>')
    expect(page).toMatch(/<li>422 [^<]*price_mismatch/)
    expect(page).toContain('<li><code>orderDescrip?: string | null</code></li>')
    expect(Buffer.byteLength(page)).toBeLessThan(30_000)
    expect(page).not.toMatch(/<script|https?:/)
  })

  it('leads to Swagger UI, which loads nothing but our own files, and runs nothing that is made from text', async () => {
    const { nobody } = await openShop()
    expect(await (await nobody.get('/docs')).text()).toContain('href="docs/try"')
    const response = await nobody.get('/docs/try')
    const policy = response.headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    const page = await response.text()
    const loaded = [...page.matchAll(/<(?:script|link)[^>]* (?:src|href)="([a-z][^":]+)"/g)].map(([, file]) => file)
    expect(loaded).toHaveLength(3)
    for (const file of loaded) expect((await nobody.get(`/docs/${file}`)).status, file).toBe(200)
    expect(page).not.toMatch(/https?:/)
  })

  it('hands out nothing else of the package', async () => {
    const { nobody } = await openShop()
    for (const file of ['package.json', 'index.html', '..%2Fpackage.json', 'swagger-ui.css.map', 'constructor']) {
      expect((await nobody.get(`/docs/${file}`)).status, file).toBe(404)
    }
  })

  it('given that Swagger UI is not installed, then says how to get it', async () => {
    const missing = findSwaggerUi(() => {
      throw new Error('not found')
    })
    expect(missing).toBeNull()
    const page = (await referencePage(await read(await openShop()), { canTry: false })).toString()
    expect(page).toContain('npm install swagger-ui-dist')
    expect(page).toContain('href="openapi.json"')
    expect(page).not.toContain('docs/try')
  })
})
