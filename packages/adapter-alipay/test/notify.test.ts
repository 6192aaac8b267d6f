import { createSign } from 'node:crypto'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { generateRsaKeyPair } from '../sandbox/index.js'
import { keys, openShop, type Shop } from './support/shop.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const fields = {
  out_trade_no: '7123',
  trade_no: '2026',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '99.00',
  subject: '涨幅 100% 课程 &copy; 😀',
}
const percent = (bytes: Uint8Array) => Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const read = (shop: Shop, body: string) => shop.notifyReader.read(bytes(body))

/** One change of the form body at a time. */
function changed(body: string, change: (form: URLSearchParams) => void): string {
  const form = new URLSearchParams(body)
  change(form)
  return form.toString()
}

describe('a notification', () => {
  it("given Alipay's own, then it is genuine and says what was paid", async () => {
    await using shop = await openShop()
    await shop.pay(shop.attempt({ orderName: fields.subject }))
    expect(await shop.notifyReader.read(shop.inbox.bodies[0] ?? bytes(''))).toMatchObject({
      kind: 'genuine',
      evidence: {
        source: 'notify',
        appId: shop.sandbox.merchant.appId,
        sellerId: shop.sandbox.merchant.sellerId,
        tradeStatus: 'paid',
        totalAmount: 9_900,
        refundedAmount: 0,
      },
    })
  })

  it('given a new field that Alipay signs, or a partial refund, then it is genuine too', async () => {
    await using shop = await openShop()
    expect(await read(shop, shop.sandbox.signNotify({ ...fields, something_new: '%41' }))).toMatchObject({
      kind: 'genuine',
    })
    const refund = shop.sandbox.signNotify({ ...fields, refund_fee: '8.80', gmt_refund: '2026-03-01 12:00:00.123' })
    expect(await read(shop, refund)).toMatchObject({ evidence: { tradeStatus: 'paid', refundedAmount: 880 } })
  })

  it.each([
    ['amount', 'bad_signature', (form: URLSearchParams) => form.set('total_amount', '0.01')],
    ['app_id', 'bad_signature', (form: URLSearchParams) => form.set('app_id', '2099')],
    ['seller_id', 'bad_signature', (form: URLSearchParams) => form.set('seller_id', '2088')],
    ['out_trade_no', 'bad_signature', (form: URLSearchParams) => form.set('out_trade_no', '7124')],
    ['sign', 'bad_signature', (form: URLSearchParams) => form.set('sign', 'AAAA')],
    ['missing sign', 'bad_signature', (form: URLSearchParams) => form.delete('sign')],
    ['extra field', 'bad_signature', (form: URLSearchParams) => form.set('extra', '1')],
    ['repeated key', 'repeated_field', (form: URLSearchParams) => form.append('total_amount', '99.00')],
    ['sign_type RSA', 'wrong_sign_type', (form: URLSearchParams) => form.set('sign_type', 'RSA')],
    ['sign_type constructor', 'wrong_sign_type', (form: URLSearchParams) => form.set('sign_type', 'constructor')],
    ['missing sign_type', 'wrong_sign_type', (form: URLSearchParams) => form.delete('sign_type')],
  ] as const)('given one changed %s, then it is rejected as %s', async (_, reason, change) => {
    await using shop = await openShop()
    const body = shop.sandbox.signNotify(fields)
    expect(await read(shop, body)).toMatchObject({ kind: 'genuine' })
    expect(await read(shop, changed(body, change))).toMatchObject({ kind: 'rejected', reason })
  })

  it('given a genuine SHA-1 signature or a foreign key, then it is rejected', async () => {
    await using shop = await openShop()
    const { privateKey } = await generateRsaKeyPair()
    expect(await read(shop, shop.sandbox.signNotify(fields, { signType: 'RSA' }))).toMatchObject({
      reason: 'wrong_sign_type',
    })
    expect(await read(shop, shop.sandbox.signNotify(fields, { key: privateKey }))).toMatchObject({
      reason: 'bad_signature',
    })
  })

  it.each(['1,00', '-1.00', '9.9.9', ' 1.00'])(
    'given the signed refund_fee "%s", which is no amount, then it is not taken for a payment without refund',
    async (refund_fee) => {
      await using shop = await openShop()
      const body = shop.sandbox.signNotify({ ...fields, refund_fee })
      expect(await read(shop, body)).toMatchObject({ kind: 'rejected', reason: 'not_a_payment_notify' })
    },
  )

  it('given a subject that can be cut into fields of its own, then neither way of cutting it is accepted', async () => {
    await using shop = await openShop()
    const subject = 'x&total_amount=99.00&trade_status=TRADE_SUCCESS&zzz='
    const body = shop.sandbox.signNotify({ ...fields, subject, total_amount: '0.01' })
    const {
      subject: _,
      total_amount,
      trade_no,
      trade_status,
      version,
      ...others
    } = Object.fromEntries(new URLSearchParams(body))
    const cut = new URLSearchParams({
      ...others,
      ...{ subject: 'x', total_amount: '99.00', trade_status: 'TRADE_SUCCESS' },
      zzz: `&total_amount=${total_amount}&trade_no=${trade_no}&trade_status=${trade_status}${version ? `&version=${version}` : ''}`,
    })
    for (const each of [body, cut.toString()]) {
      expect(await read(shop, each)).toMatchObject({ kind: 'rejected', reason: 'ambiguous_fields' })
    }
  })

  it.each([
    ['a leading ampersand', (body: string) => `&${body}`],
    ['empty pairs', (body: string) => `${body.replace('&', '&&&')}&`],
    ['a name spelt in percent signs', (body: string) => body.replace('total_amount', '%74otal_amount')],
  ])('given %s, then it says what it said without', async (_, change) => {
    await using shop = await openShop()
    const body = shop.sandbox.signNotify(fields)
    expect(await read(shop, change(body))).toEqual(await read(shop, body))
  })

  it.each([
    ['plainly', '&total_amount=0.01'],
    ['in percent signs', '&%74otal_amount=0.01'],
    ['before the others', ''],
  ])('given a field twice, spelt %s, then it is rejected', async (_, appended) => {
    await using shop = await openShop()
    const body = shop.sandbox.signNotify(fields)
    const repeated = appended === '' ? `total_amount=0.01&${body}` : body + appended
    expect(await read(shop, repeated)).toMatchObject({ kind: 'rejected', reason: 'repeated_field' })
  })

  it.each(['1', '1.0', '1.00'])('given the amount %s, then it is 100 fen', async (total_amount) => {
    await using shop = await openShop()
    const body = shop.sandbox.signNotify({ ...fields, total_amount })
    expect(await read(shop, body)).toMatchObject({ evidence: { totalAmount: 100 } })
  })

  it.each([['-1.00'], ['1e3'], ['99.001'], ['NaN'], [undefined]])(
    'given the signed amount %s, then it is no payment notification',
    async (total_amount) => {
      await using shop = await openShop()
      const body = shop.sandbox.signNotify({ ...fields, total_amount })
      expect(await read(shop, body)).toMatchObject({ kind: 'rejected', reason: 'not_a_payment_notify' })
    },
  )

  it.each([
    ['cut off', (sign: string) => sign.slice(0, -1)],
    ['cut off within its last byte', (sign: string) => sign.replace(/=$/, '%3')],
    ['written into', (sign: string) => `${sign.slice(0, 8)}*${sign.slice(8)}`],
    ['base64url', (sign: string) => sign.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')],
  ])('given a genuine signature that was %s, then it is none', async (_, change) => {
    await using shop = await openShop()
    const body = changed(shop.sandbox.signNotify(fields), (form) => form.set('sign', change(form.get('sign') ?? '')))
    expect(await read(shop, body)).toMatchObject({ kind: 'rejected', reason: 'bad_signature', explanation: null })
  })

  it.each(['GBK', 'gb2312', 'GB18030'])(
    'given a body in %s, as an old pay request may have asked for, then it is genuine',
    async (charset) => {
      await using shop = await openShop()
      const { merchant } = shop.sandbox
      const all = {
        ...fields,
        subject: '课程 100%',
        charset,
        sign_type: 'RSA2',
        app_id: merchant.appId,
        seller_id: merchant.sellerId,
      }
      const signed = Object.entries(all)
        .filter(([name]) => name !== 'sign_type')
        .sort(([one], [other]) => (one < other ? -1 : 1))
      const content = iconv.encode(signed.map(([name, value]) => `${name}=${value}`).join('&'), charset)
      const sign = createSign('RSA-SHA256').update(content).sign(keys.alipay.privateKey, 'base64')
      const encoded = Object.entries({ ...all, sign }).map(
        ([name, value]) => `${name}=${percent(iconv.encode(value, charset))}`,
      )
      const genuine = await shop.notifyReader.read(Buffer.from(encoded.join('&'), 'latin1'))
      expect(genuine).toMatchObject({ kind: 'genuine', evidence: { totalAmount: 9_900 } })
      const asUtf8 = Object.entries({ ...all, sign, charset: 'utf-8' }).map(
        ([name, value]) => `${name}=${encodeURIComponent(value)}`,
      )
      expect(await read(shop, asUtf8.join('&'))).toMatchObject({ kind: 'rejected', reason: 'bad_signature' })
    },
  )

  it('given any bytes, then it is rejected and never throws', async () => {
    await using shop = await openShop()
    const genuine = bytes(shop.sandbox.signNotify(fields))
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.webQueryParameters().map(bytes),
      fc
        .tuple(fc.nat(genuine.length - 1), fc.integer({ min: 1, max: 255 }))
        .map(([at, flip]) => genuine.with(at, (genuine[at] ?? 0) ^ flip)),
    )
    await fc.assert(
      fc.asyncProperty(anyBytes, async (body) => {
        const reading = await shop.notifyReader.read(body)
        // A flipped bit may leave the form's meaning as it was (`%e5` for `%E5`); then it is genuine, and the same.
        if (reading.kind === 'genuine')
          expect(reading.evidence).toMatchObject({ outTradeNo: '7123', totalAmount: 9_900 })
      }),
    )
  })
})
