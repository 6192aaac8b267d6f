import { readServiceAddress } from './addresses.js'
import type { EnvironmentVariables, ReadSetting } from './environment.js'
import type { Settings } from './settings.js'

const MIN_KEY_BYTES = 32

/**
 * `PRICE_SOURCE_60202=http://127.0.0.1:3002` and `PRICE_KEY_60202`: who sells under an order type, and that seller's
 * own key.
 */
export function readPriceSettings(
  environment: EnvironmentVariables,
  read: ReadSetting,
): Pick<Settings, 'priceSources' | 'priceKeys'> {
  const priceKeys = readEach(/^PRICE_KEY_(\d{1,16})$/, environment, (name) =>
    read(name, (text = '') => checkKey(name, text, environment)),
  )
  const priceSources = readEach(/^PRICE_SOURCE_(\d{1,16})$/, environment, (name, orderType) => {
    const address = read(name, readServiceAddress) ?? { baseUrl: '', allowHttp: false }
    const key = read(`PRICE_KEY_${orderType}`, (text) => {
      if (text === undefined)
        throw new Error(`is missing, and ${name} is set: give the seller a secret of its own, and set it on both sides`)
      return text
    })
    return { ...address, key: key ?? '' }
  })
  return { priceSources, priceKeys }
}

function readEach<Value>(
  pattern: RegExp,
  environment: EnvironmentVariables,
  readOne: (name: string, orderType: string) => Value | undefined,
): Record<string, Value> {
  const given = Object.entries(environment).flatMap(([name, text]) => {
    const [, orderType] = pattern.exec(name) ?? []
    const value = orderType === undefined || !text ? undefined : readOne(name, orderType)
    return orderType === undefined || value === undefined ? [] : [[orderType, value] as const]
  })
  return Object.fromEntries(given)
}

/**
 * A key that another program holds too is not this seller's own: that program could ask, or sign, in another's name.
 */
function checkKey(name: string, key: string, environment: EnvironmentVariables): string {
  if (new TextEncoder().encode(key).byteLength < MIN_KEY_BYTES)
    throw new Error(`has fewer than ${MIN_KEY_BYTES} bytes: use a longer random secret`)
  const same = Object.keys(environment).find(
    (other) => other !== name && /^(JWT_SECRET|PRICE_KEY_\d+)$/.test(other) && environment[other] === key,
  )
  if (same !== undefined) throw new Error(`has the value of ${same}: give each seller a key of its own`)
  return key
}
