import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { generateRsaKeyPair } from '../sandbox/index.js'
import { issueCertificates } from '../sandbox/keys.js'
import { beijingTimeToEpochMs, epochMsToBeijingTime } from '../src/formats.js'
import { alipay } from '../src/index.js'
import { readCertificates, readPrivateKey, readPublicKey } from '../src/settings/read-keys.js'

const pair = await generateRsaKeyPair()
const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const spki = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const bare = (pem: string) => pem.replace(/-----[^-]+-----|\s/g, '')
const platform = await generateRsaKeyPair()
const certificates = await issueCertificates({ merchant: pair.publicKey, alipay: platform.publicKey })
const encrypted = pair.privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
  .toString()
const privatePem = (type: 'rsa' | 'ec', options: object) =>
  Reflect.apply(generateKeyPairSync, null, [type, options]).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string
const alipayPublicKey = platform.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const settings = { appId: '2021000000000001', sellerId: '2088000000000002', privateKey: pkcs8, alipayPublicKey }

/** The forms in which people hand over a PEM text. */
const forms: readonly (readonly [string, (pem: string) => string])[] = [
  ['PEM', (pem) => pem],
  ['PEM with \\n spelt out', (pem) => pem.replaceAll('\n', '\\n')],
  ['PEM with \\r\\n spelt out', (pem) => pem.replaceAll('\n', '\\r\\n')],
  ['PEM with CRLF', (pem) => pem.replaceAll('\n', '\r\n')],
  ['PEM with blanks for breaks', (pem) => pem.replaceAll('\n', ' ')],
  ['PEM without any break', (pem) => pem.replaceAll('\n', '')],
  ['indented PEM', (pem) => pem.replaceAll(/^/gm, '    ')],
  ['PEM behind a byte order mark', (pem) => `\ufeff${pem}`],
  ['PEM in quotes', (pem) => `"${pem}"`],
  ['bare base64', bare],
  ['bare base64 with breaks', (pem) => ` \r\n${bare(pem).replaceAll(/.{76}/g, '$&\r\n')}\n`],
  ['a file', (pem) => written('key.pem', `\ufeff${pem}`)],
  ['a file of base64', (pem) => ` ${written('key.txt', bare(pem))} `],
]

function written(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

describe('keys', () => {
  it.each(forms)('given keys and a certificate as %s, then they are the same', async (_, write) => {
    const pkcs1 = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    const publicPkcs1 = pair.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    for (const each of [pkcs8, pkcs1]) expect(readPrivateKey(write(each)).equals(createPrivateKey(pkcs8))).toBe(true)
    for (const each of [spki, publicPkcs1]) {
      expect(readPublicKey(write(each)).equals(createPublicKey(spki))).toBe(true)
    }
    const { appCert } = certificates
    expect(new X509Certificate(readCertificates(write(appCert))).fingerprint256).toBe(
      new X509Certificate(appCert).fingerprint256,
    )
    expect(readPublicKey(write(appCert)).equals(pair.publicKey)).toBe(true)
  })

  it('given a chain of certificates, then all of it is kept', () => {
    const { appCert, alipayRootCert } = certificates
    expect(readCertificates(appCert + alipayRootCert)).toBe(
      readCertificates(appCert) + readCertificates(alipayRootCert),
    )
  })

  it.each([
    ['nothing', '  ', /is missing/],
    ['a path of no file', '/nowhere/key.pem', /give a key in PEM or base64, or the path of a file/],
    ['a path of something endless', '/dev/zero', /or the path of a file that holds one/],
    [
      'a key of 1,024 bits',
      privatePem('rsa', { modulusLength: 1_024 }),
      /has 1024 bits: make one with 2048 bits or more/,
    ],
    ['a key of another kind', privatePem('ec', { namedCurve: 'P-256' }), /not an RSA key/],
    ['a public key', spki, /holds no private key/],
    ['two keys', pkcs8 + pkcs8, /several private keys/],
    ['a key under a passphrase', encrypted, /protected by a passphrase/],
    ['half of a key', pkcs8.slice(0, 800), /cannot be read/],
    ['a megabyte', 'MI'.repeat(500_000), /too long/],
  ])('given %s for the private key, then the mistake says so', (_, text, sentence) => {
    expect(() => readPrivateKey(text)).toThrow(sentence)
    expect(() => readPrivateKey(text, 'ALIPAY_PRIVATE_KEY')).toThrow(/^ALIPAY_PRIVATE_KEY /)
  })

  it("given a private key for Alipay's public key, then it is refused", () => {
    expect(() => readPublicKey(pkcs8)).toThrow(/this is a private key/)
    expect(() => readPublicKey(bare(pkcs8))).toThrow(/this is a private key/)
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
    for (const value of ['', ' ']) expect(() => alipay({ ...settings, [name]: value })).toThrow(/is missing/)
  })

  it.each([
    ['appId', '2088000000000002', /is a seller's id/],
    ['appId', '２０２１', /must be digits only/],
    ['sellerId', '2021000000000001', /must be 2088 followed by 12 digits/],
    ['sellerId', '20880000000000020156', /must be 2088 followed by 12 digits/],
    ['gateway', 'http://openapi.alipay.com/gateway.do', /must begin with https:/],
    ['gateway', 'openapi.alipay.com', /must begin with https:/],
    ['otherAlipayPublicKey', spki, /^Alipay's other public key is your own app's/],
  ] as const)('given another %s than it can be, then the mistake says so', (name, value, sentence) => {
    expect(() => alipay({ ...settings, [name]: value })).toThrow(sentence)
  })

  it('given ids with blanks at their ends, then they are trimmed', () => {
    const { gateway } = alipay({ ...settings, appId: ' 2021000000000001\n', sellerId: '\t2088000000000002 ' })
    expect(gateway.merchant).toMatchObject({ appId: '2021000000000001', sellerId: '2088000000000002' })
  })

  it("given another app's certificate, then it is refused", () => {
    const given = { ...settings, privateKey: privatePem('rsa', { modulusLength: 2_048 }), certificates }
    expect(() => alipay(given)).toThrow(/another key than the private key/)
  })

  it("given the app's own public key in place of Alipay's, then nothing is built: it would verify nothing of Alipay's", () => {
    expect(() => alipay({ ...settings, alipayPublicKey: spki })).toThrow(/your own app's public key/)
  })

  it('given settings, then they are not changed by the SDK', () => {
    const given = { ...settings }
    alipay(given)
    expect(given).toEqual(settings)
  })
})

describe('Beijing time', () => {
  it('is the same in every time zone of the process, there and back', () => {
    const at = Date.UTC(2026, 10, 22, 16, 0, 1)
    expect(epochMsToBeijingTime(at)).toBe('2026-11-23 00:00:01')
    expect(beijingTimeToEpochMs('2026-11-23 00:00:01')).toBe(at)
    expect(beijingTimeToEpochMs('2026-11-23 00:00:01.123')).toBe(at + 123)
    for (const text of [undefined, '', 'yesterday', '2026-13-40 99:00:00', '2026-02-31 00:00:00'])
      expect(beijingTimeToEpochMs(text)).toBeNull()
  })
})

it.each([
  ['no settings', undefined, 'appId, sellerId, privateKey'],
  ['a seller and a key that are missing', { appId: '2021000000000001' }, 'sellerId, privateKey'],
])('given %s, then the refusal names what they lack', (_, given, names) => {
  expect(() => alipay(given as typeof settings)).toThrow(`alipay's settings lack ${names}.`)
})
