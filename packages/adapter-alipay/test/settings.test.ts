import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readPrivateKey, readPublicKey } from '../src/alipay-keys.js'
import { readBeijingTime, writeBeijingTime } from '../src/alipay-time.js'
import { createAlipay } from '../src/index.js'
import { generateRsaKeyPair } from '../src/sandbox/index.js'

const pair = await generateRsaKeyPair()
const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const spki = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '')
const alipay = await generateRsaKeyPair()
const alipayPublicKey = alipay.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const settings = { appId: '2021', sellerId: '2088', privateKey: pkcs8, alipayPublicKey }

describe('keys', () => {
  it.each([
    ['PKCS#8 PEM', pkcs8],
    ['PKCS#1 PEM', pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()],
    ['PKCS#8 base64', bare(pkcs8)],
    ['PKCS#1 base64', pair.privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')],
    ['PEM with \\n spelt out', pkcs8.replaceAll('\n', '\\n')],
    ['PEM with CRLF', pkcs8.replaceAll('\n', '\r\n')],
  ])('given a private key as %s, then it is the same key', (_, text) => {
    expect(readPrivateKey(text).equals(createPrivateKey(pkcs8))).toBe(true)
  })

  it.each([
    ['SPKI PEM', spki],
    ['SPKI base64', bare(spki)],
    ['PKCS#1 base64', pair.publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')],
  ])('given a public key as %s, then it is the same key', (_, text) => {
    expect(readPublicKey(text).equals(createPublicKey(spki))).toBe(true)
  })

  it('given a broken key, then the error says which and never shows it', () => {
    const broken = pkcs8.replace(/[A-Za-z0-9]{20}/, '')
    expect(() => readPrivateKey(broken)).toThrow(/private key cannot be read/)
    expect(() => readPublicKey('nonsense')).toThrow(/public key cannot be read/)
    try {
      readPrivateKey(broken)
    } catch (error) {
      expect(`${error} ${JSON.stringify(error)}`).not.toContain(broken.slice(100, 140))
    }
  })
})

describe('settings', () => {
  it.each(['appId', 'sellerId', 'alipayPublicKey'] as const)('given no %s, then nothing is built', (name) => {
    expect(() => createAlipay({ ...settings, [name]: '' })).toThrow(/missing/)
  })

  it("given the app's own public key in place of Alipay's, then nothing is built: it would verify nothing of Alipay's", () => {
    expect(() => createAlipay({ ...settings, alipayPublicKey: spki })).toThrow(/your own app's public key/)
  })

  it('given settings, then they are not changed by the SDK', () => {
    const given = { ...settings }
    createAlipay(given)
    expect(given).toEqual(settings)
  })
})

describe('Beijing time', () => {
  it('is the same in every time zone of the process, there and back', () => {
    const at = Date.UTC(2026, 10, 22, 16, 0, 1)
    expect(writeBeijingTime(at)).toBe('2026-11-23 00:00:01')
    expect(readBeijingTime('2026-11-23 00:00:01')).toBe(at)
    expect(readBeijingTime('2026-11-23 00:00:01.123')).toBe(at + 123)
    for (const text of [undefined, '', 'yesterday', '2026-13-40 99:00:00']) expect(readBeijingTime(text)).toBeNull()
  })
})
