import { expect, it } from 'vitest'
import { readSettings } from './read-settings.js'

const KEY = 'the key of the seller of 60202 alone'
const read = (environment: Record<string, string>) => {
  const { priceSources, priceKeys } = readSettings(environment)
  return { priceSources, priceKeys }
}

it('a seller has an address and a key of its own', () => {
  expect(read({ PRICE_SOURCE_60202: 'http://127.0.0.1:3002/', PRICE_KEY_60202: KEY })).toEqual({
    priceSources: { '60202': { baseUrl: 'http://127.0.0.1:3002', allowHttp: false, key: KEY } },
    priceKeys: { '60202': KEY },
  })
})

it.each([
  ['https://materials.example.com', 'https://materials.example.com', false],
  ['http://materials:3002?tls=off', 'http://materials:3002', true],
])('a seller may be at %s', (address, baseUrl, allowHttp) => {
  const { priceSources } = read({ PRICE_SOURCE_60202: address, PRICE_KEY_60202: KEY })
  expect(priceSources).toEqual({ '60202': { baseUrl, allowHttp, key: KEY } })
})

it('a seller’s own process has the key alone', () => {
  expect(read({ PRICE_KEY_60202: KEY })).toEqual({ priceSources: {}, priceKeys: { '60202': KEY } })
})

it.each([
  [{ PRICE_SOURCE_60202: 'http://127.0.0.1:3002' }, /PRICE_KEY_60202: is missing, and PRICE_SOURCE_60202 is set/],
  [{ PRICE_SOURCE_60202: 'http://materials:3002', PRICE_KEY_60202: KEY }, /PRICE_SOURCE_60202: must begin with https/],
  [{ PRICE_SOURCE_60202: 'https://a/?b=c', PRICE_KEY_60202: KEY }, /PRICE_SOURCE_60202: must be an address/],
  [{ PRICE_KEY_60202: 'x'.repeat(31) }, /PRICE_KEY_60202: has fewer than 32 bytes/],
  [{ PRICE_KEY_60202: KEY, JWT_SECRET: KEY }, /PRICE_KEY_60202: has the value of JWT_SECRET/],
  [{ PRICE_KEY_60202: KEY, PRICE_KEY_60203: KEY }, /PRICE_KEY_60203: has the value of PRICE_KEY_60202/],
])('the settings %j are a mistake', (environment, mistake) => {
  expect(() => read(environment)).toThrow(mistake)
})
