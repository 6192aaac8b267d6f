import { describe, expect, it } from 'vitest'
import { generateRsaKeyPair } from '../sandbox/index.js'
import { createAlipayClient } from '../src/client/alipay-client.js'
import { createAlipayNotifyReader } from '../src/notification/notify-reader.js'
import { checkSettings } from '../src/settings/alipay-settings.js'
import { openShop, type Shop } from './support/shop.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const fields = {
  out_trade_no: '7123',
  trade_no: '2026',
  trade_status: 'TRADE_SUCCESS',
  total_amount: '99.00',
  subject: '涨幅 100% 课程 &copy; 😀',
}
const read = (shop: Shop, body: string) => shop.notifyReader.read(bytes(body))

/** One change of the form body at a time. */
function changed(body: string, change: (form: URLSearchParams) => void): string {
  const form = new URLSearchParams(body)
  change(form)
  return form.toString()
}

/** One signature in two hundred has no plus sign. */
function signedWithPlus(shop: Shop): string {
  for (let count = 0; ; count += 1) {
    const body = shop.sandbox.signNotify({ ...fields, passback_params: `a%3D1%26b%3D${count}` })
    if (new URLSearchParams(body).get('sign')?.includes('+')) return body
  }
}

const twice = (value: string) => encodeURIComponent(encodeURIComponent(value))

function multipart(body: string): string {
  const parts = [...new URLSearchParams(body)].map(
    ([name, value]) => `--line\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return `${parts.join('')}--line--\r\n`
}

describe('the explanation of a rejected notification', () => {
  it.each([
    ['an extra field', (form: URLSearchParams) => form.set('utm_source', 'x'), /holds without the field utm_source/],
    [
      'a sign whose plus signs became spaces',
      (form: URLSearchParams) => form.set('sign', (form.get('sign') ?? '').replaceAll('+', ' ')),
      /plus signs/,
    ],
    [
      'passback_params decoded once too often',
      (form: URLSearchParams) => form.set('passback_params', decodeURIComponent(form.get('passback_params') ?? '')),
      /URL-encoded once more/,
    ],
    ['another amount', (form: URLSearchParams) => form.set('total_amount', '0.01'), null],
  ] as const)('given %s, then the journal says what probably happened', async (_, change, explanation) => {
    await using shop = await openShop()
    const body = signedWithPlus(shop)
    const reading = await read(shop, changed(body, change))
    expect(reading).toMatchObject({ kind: 'rejected', reason: 'bad_signature' })
    const said = reading.kind === 'rejected' ? (reading.explanation ?? null) : null
    if (explanation === null) expect(said).toBeNull()
    else expect(said).toMatch(explanation)
  })

  it.each<[what: string, change: (body: string) => string, explanation: RegExp]>([
    ['HTML-escaped between its fields', (body) => body.replaceAll('&', '&amp;'), /HTML-escaped the body/],
    [
      'HTML-escaped within its values',
      (body) =>
        changed(body, (form) => {
          const escaped = (form.get('subject') ?? '').replaceAll('&', '&amp;').replaceAll('"', '&quot;')
          form.set('subject', escaped)
        }),
      /values are not HTML-escaped/,
    ],
    [
      'encoded value by value once more',
      (body) => [...new URLSearchParams(body)].map(([name, value]) => `${name}=${twice(value)}`).join('&'),
      /URL-decoded once more: something encoded the body twice/,
    ],
    ['encoded as one value', encodeURIComponent, /encoded it as one value/],
    ['turned into JSON', (body) => JSON.stringify(Object.fromEntries(new URLSearchParams(body))), /is JSON/],
    ['turned into JSON with breaks', (body) => JSON.stringify([...new URLSearchParams(body)], null, 2), /is JSON/],
    ['turned into multipart', multipart, /is multipart/],
  ])('given a body that was %s, then the reading says what probably happened', async (_, change, explanation) => {
    await using shop = await openShop()
    const body = shop.sandbox.signNotify({ ...fields, subject: 'R&B "100%" 课程' })
    expect(await read(shop, change(body))).toMatchObject({
      kind: 'rejected',
      explanation: expect.stringMatching(explanation),
    })
  })

  it('given forgeries at any rate, then at most one a second is explained', async () => {
    await using shop = await openShop()
    let at = 0
    let verified = 0
    const client = {
      ...createAlipayClient(checkSettings(shop.sandbox.merchant), Date.now),
      verifySignature: () => {
        verified += 1
        return false
      },
    }
    const reader = createAlipayNotifyReader(client, () => at)
    const forged = bytes(changed(shop.sandbox.signNotify(fields), (form) => form.set('total_amount', '0.01')))
    for (; at < 3_000; at += 10) expect(await reader.read(forged)).toMatchObject({ reason: 'bad_signature' })
    // Two verifications for each, and some forty for an explanation.
    expect(verified).toBeLessThan(300 * 2 + 3 * 60)
    expect(verified).toBeGreaterThan(300 * 2 + 3 * 20)
  })

  it('given an extra field among more than Alipay ever sends, then nothing is tried: that would take seconds', async () => {
    await using shop = await openShop()
    const many = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`field_${index}`, '1']))
    const body = changed(shop.sandbox.signNotify({ ...fields, ...many }), (form) => form.set('utm_source', 'x'))
    expect(await read(shop, body)).toMatchObject({ kind: 'rejected', reason: 'bad_signature', explanation: null })
  })

  it('given an extra field in a body larger than Alipay ever sends, then nothing is tried', async () => {
    await using shop = await openShop()
    const body = changed(shop.sandbox.signNotify({ ...fields, body: 'x'.repeat(16_384) }), (form) =>
      form.set('utm_source', 'x'),
    )
    expect(await read(shop, body)).toMatchObject({ kind: 'rejected', reason: 'bad_signature', explanation: null })
  })

  it("given a notification signed under another certificate of Alipay's, then the journal names both", async () => {
    await using shop = await openShop({ certificates: true })
    const { privateKey } = await generateRsaKeyPair()
    const named = { ...fields, alipay_cert_sn: 'ab12cd34' }
    expect(await read(shop, shop.sandbox.signNotify(named, { key: privateKey }))).toMatchObject({
      kind: 'rejected',
      explanation: expect.stringMatching(/names the certificate ab12cd34, and ours is [0-9a-f]{32}/),
    })
    await using keyed = await openShop()
    expect(await read(keyed, keyed.sandbox.signNotify(named, { key: privateKey }))).toMatchObject({ explanation: null })
  })
})
