import { describe, expect, it } from 'vitest'
import { addOrder, members, openShop, orderDetail, type Shop } from './shop.js'

const PATH = '/api/orders/generatepaycode'

/** Sends a body as zhang, who has chosen the course, and looks whether anything was stored. */
async function send(body: (choice: string) => unknown): Promise<Record<string, unknown>> {
  const open = await openShop()
  const response = await open.zhang.post(PATH, body(await open.choose()))
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  expect(open.stored()).toEqual({ orders: 0, payRecords: 0 })
  return { status: response.status, ...(await members(response)) }
}

/** A body whose JSON text has `value` in the place of a member. */
const raw = (choice: string, member: string, value: string) =>
  JSON.stringify(addOrder(choice, { [member]: '@' })).replace(`"@"`, value)

describe('a total that is not the price', () => {
  it.each(['0.01', '98.99', '99.01', '9900.00', '0.00', 98.99])('%s is 422', async (totalPrice) => {
    const goodsPrice = typeof totalPrice === 'number' ? totalPrice.toFixed(2) : totalPrice
    const answer = await send((choice) => addOrder(choice, { totalPrice, orderDetail: orderDetail({ goodsPrice }) }))
    expect(answer).toMatchObject({ status: 422, code: 'price_mismatch', errMessage: expect.stringContaining('金额') })
  })

  it('is 422 too when only the lines do not add up', async () => {
    const answer = await send((choice) => addOrder(choice, { orderDetail: orderDetail({ goodsPrice: '1.00' }) }))
    expect(answer).toMatchObject({ status: 422, code: 'price_mismatch' })
  })
})

describe('an amount that is not one', () => {
  it.each(['0.30000000000000004', '99.001', '1e21', '-99.00', '1e400', '12345678901.00'])(
    'the JSON number %s is 400',
    async (number) => {
      expect(await send((choice) => raw(choice, 'totalPrice', number))).toMatchObject({ status: 400 })
    },
  )

  it('a float made by 0.1 + 0.2 is named as such', async () => {
    const answer = await send((choice) => addOrder(choice, { totalPrice: 0.1 + 0.2 }))
    expect(answer).toMatchObject({ status: 400, code: 'invalid_amount' })
  })

  it.each(['99', '99.0', '99.000', '099.00', ' 99.00', '+99.00', '-99.00', '９９.００', '1e2', 'NaN', '', '99,00'])(
    'the string "%s" is 400',
    async (totalPrice) => {
      expect(await send((choice) => addOrder(choice, { totalPrice }))).toMatchObject({ code: 'invalid_amount' })
    },
  )

  it.each([[null], [true], [['99.00']], [{ toString: '99.00' }]])('%j is 400', async (totalPrice) => {
    expect(await send((choice) => addOrder(choice, { totalPrice }))).toMatchObject({ code: 'invalid_request' })
  })

  it('in a line of goods is 400', async () => {
    const answer = await send((choice) => addOrder(choice, { orderDetail: orderDetail({ goodsPrice: 0.1 + 0.2 }) }))
    expect(answer).toMatchObject({ status: 400, code: 'invalid_amount' })
  })
})

describe('whose and what', () => {
  it("another user's choice is 404", async () => {
    const shop = await openShop()
    const response = await shop.li.post(PATH, addOrder(await shop.choose()))
    expect([response.status, await members(response)]).toMatchObject([404, { code: 'not_yours' }])
    expect(shop.stored()).toEqual({ orders: 0, payRecords: 0 })
  })

  it('a choice that is not there is 404', async () => {
    expect(await send(() => addOrder('123'))).toMatchObject({ status: 404, code: 'choice_not_found' })
  })

  it('an order type that nobody sells under is 422', async () => {
    const answer = await send((choice) => addOrder(choice, { orderType: '60299' }))
    expect(answer).toMatchObject({ status: 422, code: 'unknown_order_type' })
  })

  it.each(['constructor', '__proto__', 'toString'])(
    'the order type %s is 400 and finds no member of an object',
    async (type) => {
      expect(await send((choice) => addOrder(choice, { orderType: type }))).toMatchObject({ status: 400 })
    },
  )
})

describe('members of the wrong kind', () => {
  it('a JSON number for an id is 400: its digits are lost already', async () => {
    const answer = await send((choice) => raw(choice, 'outBusinessId', choice))
    expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining('outBusinessId') })
  })

  it.each(['outBusinessId', 'orderType', 'totalPrice', 'orderName', 'orderDetail'])(
    '%s must be there',
    async (name) => {
      const answer = await send((choice) => addOrder(choice, { [name]: undefined }))
      expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining(name) })
    },
  )

  it.each([
    ['outBusinessId', ''],
    ['outBusinessId', '编号'],
    ['outBusinessId', 'x'.repeat(65)],
    ['orderType', 60201],
    ['orderType', ''],
    ['orderName', ''],
    ['orderName', '   '],
    ['orderName', 'a'.repeat(257)],
    ['orderName', 'line\nbreak'],
    ['orderName', 'nul\u0000'],
    ['orderName', 'half a \ud83d pair'],
    ['orderName', ['Java']],
    ['orderDescrip', 7],
    ['orderDescrip', 'nul\u0000'],
    ['orderDetail', [{ goodsId: '1' }]],
    ['orderDetail', 'not json'],
    ['orderDetail', '{}'],
    ['orderDetail', '[]'],
    ['orderDetail', '[null]'],
    ['orderDetail', orderDetail({ goodsId: 1 })],
    ['orderDetail', orderDetail({ goodsName: '' })],
    ['orderDetail', orderDetail({ goodsName: 'half a \ud83d pair' })],
  ])('%s as %j is 400', async (name, value) => {
    expect(await send((choice) => addOrder(choice, { [name]: value }))).toMatchObject({ status: 400 })
  })

  it('tells no value back, only names', async () => {
    const { detail } = await send((choice) => addOrder(choice, { orderName: `secret${'x'.repeat(300)}` }))
    expect(detail).not.toContain('secret')
  })
})

describe('a body that is none', () => {
  it.each(['', '{', 'null', '[]', '"text"', '7', '{"a":1}{"b":2}'])('%j is 400', async (text) => {
    expect(await send(() => text)).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  it('bytes that are not UTF-8 are 400', async () => {
    const shop = await openShop()
    const text = JSON.stringify(addOrder(await shop.choose(), { orderName: '@@' }))
    const body = new TextEncoder().encode(text).map((byte) => (byte === 0x40 ? 0xff : byte))
    expect((await post(shop, body)).status).toBe(400)
  })

  it('JSON by any other name is 415', async () => {
    const shop = await openShop()
    const body = JSON.stringify(addOrder(await shop.choose()))
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
      const response = await post(shop, body, { 'Content-Type': type })
      expect([response.status, await members(response)]).toMatchObject([415, { code: 'unsupported_media_type' }])
    }
    expect(shop.stored().orders).toBe(0)
  })

  it('any charset may be named, since JSON is always UTF-8', async () => {
    const shop = await openShop()
    const body = JSON.stringify(addOrder(await shop.choose()))
    expect((await post(shop, body, { 'Content-Type': 'Application/JSON; charset=GBK' })).status).toBe(200)
  })
})

describe('a body that is too large', () => {
  const tenMegabytes = 10 * 1024 * 1024

  it('is 413 by its declared length, before a byte is read', async () => {
    const shop = await openShop()
    const response = await post(shop, '{}', { 'Content-Length': String(tenMegabytes) })
    expect([response.status, await members(response)]).toMatchObject([413, { code: 'body_too_large' }])
  })

  it('is 413 when it comes in pieces, and most of it is never taken', async () => {
    const shop = await openShop()
    let pulled = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 16_384
        if (pulled > tenMegabytes) controller.close()
        else controller.enqueue(new Uint8Array(16_384).fill(0x20))
      },
    })
    const response = await post(shop, body)
    expect(response.status).toBe(413)
    expect(pulled).toBeLessThan(200_000)
    expect(shop.stored().orders).toBe(0)
  })

  it('may be 64 KiB to the byte', async () => {
    const shop = await openShop()
    const text = JSON.stringify(addOrder(await shop.choose()))
    const padded = (length: number) => text + ' '.repeat(length - new TextEncoder().encode(text).length)
    expect((await post(shop, padded(65_537))).status).toBe(413)
    expect((await post(shop, padded(65_536))).status).toBe(200)
  })
})

describe('members that are not asked for', () => {
  it('are ignored, whatever their names', async () => {
    const shop = await openShop()
    const body = JSON.stringify(addOrder(await shop.choose(), { userId: 'li', status: '600002', orderId: '1' }))
    const sly = body.replace('{', '{"__proto__":{"operator":true},"constructor":{"prototype":{"operator":true}},')
    const response = await shop.zhang.post(PATH, sly)
    expect(await members(response)).toMatchObject({ userId: 'zhang', status: '601001' })
    expect(Object.hasOwn(Object.prototype, 'operator')).toBe(false)
  })

  it('do not slip in as defaults of members that are missing', async () => {
    const inherited = '{"__proto__":{"outBusinessId":"1","orderType":"60201"},"totalPrice":"99.00"}'
    expect(await send(() => inherited)).toMatchObject({ status: 400 })
  })

  it('given twice, the last one counts, and is checked', async () => {
    const answer = await send((choice) =>
      JSON.stringify(addOrder(choice))
        .replace('{', '{"totalPrice":"99.00",')
        .replace(/"99.00","orderName/, '"0.01","orderName'),
    )
    expect(answer).toMatchObject({ status: 422, code: 'price_mismatch' })
  })
})

async function post(shop: Shop, body: NonNullable<RequestInit['body']>, headers: Record<string, string> = {}) {
  const { Authorization } = await shop.authorization()
  const request = new Request(`http://localhost${PATH}`, {
    method: 'POST',
    headers: { Authorization, 'Content-Type': 'application/json', ...headers },
    body,
    duplex: 'half',
  })
  return shop.app.request(request)
}
