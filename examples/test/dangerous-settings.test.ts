import { generateSandboxKeys } from '@coursepay/adapter-alipay/sandbox'
import { describe, expect, it } from 'vitest'
import { diagnose } from '../src/apps/doctor/diagnose.js'
import { readSettings } from '../src/apps/settings/read-settings.js'

const SECRET = 'a secret of the tests, long enough'
const local = { JWT_SECRET: SECRET, DATABASE_URL: 'sqlite::memory:' }
type Given = Readonly<Record<string, string>>

const seller = { PRICE_KEY_60202: 'the key of the seller of 60202 alone' }
const dangers: readonly (readonly [string, Given, RegExp])[] = [
  ['the sandbox in production', { NODE_ENV: 'production' }, /NODE_ENV is production\. In the sandbox anybody can pay/],
  ['the sandbox behind https', { PUBLIC_BASE_URL: 'https://localhost' }, /PUBLIC_BASE_URL is an https address/],
  ['the sandbox at a public address', { PUBLIC_BASE_URL: 'http://shop.test' }, /PUBLIC_BASE_URL is off loopback/],
  ['the sandbox at a name like loopback', { PUBLIC_BASE_URL: 'http://127.0.0.1.shop.test' }, /is off loopback/],
  ['the sandbox on every interface', { HOST: '0.0.0.0' }, /HOST is off loopback/],
  ['the sandbox on every interface of IPv6', { HOST: '::' }, /HOST is off loopback/],
  ['no app where the sandbox is off', { ALIPAY_SANDBOX: 'off' }, /ALIPAY_SANDBOX is off/],
  ['a misspelt setting of Alipay', { ALIPAY_PRIVAT_KEY: 'x' }, /ALIPAY_PRIVAT_KEY: is unknown. Use one of/],
  ['a setting of Alipay in small letters', { alipay_app_id: '2021' }, /alipay_app_id: is unknown. Use one of/],
  ['half an app', { ALIPAY_APP_ID: '2021' }, /ALIPAY_PRIVATE_KEY/],
  ['the sandbox beside an app', { ALIPAY_APP_ID: '2021', ALIPAY_SANDBOX: 'on' }, /remove the one or the other/],
  ['a secret that can be guessed', { JWT_SECRET: 'hunter2' }, /JWT_SECRET: has fewer than 32 bytes/],
  ['two ways to check tokens', { JWKS_URL: 'https://school.test/keys' }, /both are set/],
  ['keys of tokens fetched over http', { JWT_SECRET: '', JWKS_URL: 'http://school.test/keys' }, /JWKS_URL: /],
  ['proof without a key', { MESSAGE_PROOF: 'required' }, /MESSAGE_VERIFY_KEY: is missing/],
  ['a seller without a key', { PRICE_SOURCE_60202: 'https://materials.test' }, /PRICE_KEY_60202: is missing/],
  [
    'a seller with the secret of all users',
    { PRICE_KEY_60202: SECRET },
    /PRICE_KEY_60202: has the value of JWT_SECRET/,
  ],
  ['a seller asked over http', { ...seller, PRICE_SOURCE_60202: 'http://materials.test' }, /PRICE_SOURCE_60202: /],
  ['paid orders asked for over http', { ORDERS_URL: 'http://orders.test' }, /ORDERS_URL: /],
  ['a sign-in page over http', { LOGIN_URL: 'http://school.test' }, /LOGIN_URL: /],
  ['an order that Alipay would refuse', { ORDER_TTL: '16d' }, /ORDER_TTL: /],
  ['a sandbox of another word', { ALIPAY_SANDBOX: 'yes' }, /ALIPAY_SANDBOX: must be on or off/],
]

async function doctor(environment: Given) {
  const lines: string[] = []
  const faults = await diagnose({ ...local, ...environment }, (line) => lines.push(line))
  return { faults, said: lines.join('\n') }
}

describe('dangerous settings', () => {
  it.each(dangers)('%s: the server refuses it and the doctor names it', async (_, given, sentence) => {
    expect(() => readSettings({ ...local, ...given }, { tokens: 'needed' })).toThrow(sentence)
    expect(await doctor(given)).toEqual({ faults: expect.any(Number), said: expect.stringMatching(sentence) })
    expect((await doctor(given)).faults).toBeGreaterThan(0)
  })

  it.each([{ NODE_ENV: 'production' }, { PUBLIC_BASE_URL: 'https://shop.test' }, { HOST: '0.0.0.0' }])(
    'the sandbox that is asked for by name starts with %o, and the doctor warns of it as a fault',
    async (given) => {
      const environment = { ...local, ALIPAY_SANDBOX: 'on', ...given }
      expect(readSettings(environment).alipay).toBeNull()
      expect(await doctor(environment)).toEqual({
        faults: 1,
        said: expect.stringMatching(/anybody can pay without money/),
      })
    },
  )

  it.each([
    {},
    { HOST: '::1' },
    { PUBLIC_BASE_URL: 'http://127.0.0.1:3000' },
    { PUBLIC_BASE_URL: 'http://[::1]:3000' },
    { HOST: 'localhost', NODE_ENV: 'development' },
  ])('the sandbox starts on loopback with %o, and the doctor finds no fault', async (given) => {
    expect(readSettings({ ...local, ...given }).alipay).toBeNull()
    expect((await doctor(given)).faults).toBe(0)
  })

  it('a program that never talks to Alipay reads no setting of Alipay', () => {
    const learning = { ...local, NODE_ENV: 'production', ALIPAY_APP_ID: '2021' }
    expect(readSettings(learning, { gateway: 'none' }).alipay).toBeNull()
  })

  it('an address that leads to this machine alone, or over http, is a fault once real money moves', async () => {
    const { alipay, merchant } = await generateSandboxKeys()
    const app = {
      ...{ ALIPAY_APP_ID: '2021000000000001', ALIPAY_SELLER_ID: '2088000000000002' },
      ALIPAY_PRIVATE_KEY: String(merchant.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      ALIPAY_PUBLIC_KEY: String(alipay.publicKey.export({ type: 'spki', format: 'pem' })),
      ...{ ALIPAY_GATEWAY: 'http://127.0.0.1:1/gateway.do', NODE_ENV: 'production' },
    }
    expect((await doctor(app)).said).toMatch(/✗ notify address: PUBLIC_BASE_URL leads to localhost/)
    const overHttp = await doctor({ ...app, PUBLIC_BASE_URL: 'http://shop.test' })
    expect(overHttp.said).toMatch(/✗ notify address: PUBLIC_BASE_URL begins with http:/)
  })

  it('nothing that tells who is asking: the doctor names it and the server refuses it', async () => {
    expect((await doctor({ JWT_SECRET: '' })).said).toMatch(/Neither JWT_SECRET nor JWKS_URL/)
    expect(() => readSettings({ ...local, JWT_SECRET: '' }, { tokens: 'needed' })).toThrow(/JWT_SECRET or JWKS_URL/)
  })
})
