import { createPublicKey, verify } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { openShop } from './support/shop.js'

/** What Alipay verifies: every field but the signature, sorted, as it came out of the address. */
function signedText(fields: Readonly<Record<string, string>>): string {
  const names = Object.keys(fields).filter((name) => name !== 'sign')
  return names
    .sort()
    .map((name) => `${name}=${fields[name]}`)
    .join('&')
}

it('given ten thousand subjects of any Unicode, then the address says exactly what was signed, and cannot break out of a page', {
  timeout: 120_000,
}, async () => {
  await using shop = await openShop()
  const ours = createPublicKey(shop.sandbox.merchant.privateKey)
  const property = fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (orderName) => {
    const { url } = await shop.gateway.payPage(shop.attempt({ orderName }))
    expect(url).toMatch(/^http:\/\/[\x21-\x7e]+$/)
    expect(url).not.toMatch(/["<>\\]/)
    const fields = Object.fromEntries(new URL(url).searchParams)
    expect(JSON.parse(fields.biz_content ?? '')).toMatchObject({ subject: orderName, total_amount: '99.00' })
    const signature = Buffer.from(fields.sign ?? '', 'base64')
    expect(verify('RSA-SHA256', Buffer.from(signedText(fields)), ours, signature)).toBe(true)
  })
  await fc.assert(property, { numRuns: 10_000 })
})
