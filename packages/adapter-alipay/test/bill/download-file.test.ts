import { afterEach, expect, it, vi } from 'vitest'
import { downloadFile } from '../../src/bill/download-file.js'

const limits = { timeoutMs: 1_000, maxBytes: 100 }
afterEach(() => vi.unstubAllGlobals())

/** The addresses that are fetched; the first answer is a redirect when there is one. */
function fetched(location?: string): string[] {
  const addresses: string[] = []
  vi.stubGlobal('fetch', async (address: string) => {
    addresses.push(address)
    const redirected = location !== undefined && addresses.length === 1
    return redirected ? new Response(null, { status: 302, headers: { location } }) : new Response('bill')
  })
  return addresses
}

it.each([
  ['http://dwbillcenter.alipay.com/file?token=1', 'https://dwbillcenter.alipay.com/file?token=1'],
  ['http://alipay.com/file', 'https://alipay.com/file'],
  ['http://127.0.0.1:3000/file', 'http://127.0.0.1:3000/file'],
])(
  'given %s, then %s is read: a bill has no signature, so on the way to Alipay it needs TLS',
  async (address, read) => {
    const addresses = fetched()
    expect(new TextDecoder().decode(await downloadFile(address, limits))).toBe('bill')
    expect(addresses).toEqual([read])
  },
)

it('given an http address of another host, then nothing is fetched', async () => {
  const addresses = fetched()
  await expect(downloadFile('http://notalipay.com/file', limits)).rejects.toMatchObject({ code: 'gateway_unknown' })
  expect(addresses).toEqual([])
})

it('given a redirect from https to http, then it is not followed', async () => {
  const addresses = fetched('http://bills.example/file')
  await expect(downloadFile('https://bills.example/file', limits)).rejects.toMatchObject({ code: 'gateway_unknown' })
  expect(addresses).toEqual(['https://bills.example/file'])
})
