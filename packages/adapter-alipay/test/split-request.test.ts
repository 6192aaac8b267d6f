import { AlipaySdk } from 'alipay-sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitRequest } from '../src/client/split-request.js'

const sdk = new AlipaySdk({ appId: '2021', privateKey: 'none', alipayPublicKey: 'none' })
const asTheSdk = (gateway: string, fields: object): unknown =>
  Reflect.apply(Reflect.get(sdk, 'formatUrl'), sdk, [gateway, fields])

const names = ['app_id', 'method', 'sign', 'notify_url', 'return_url', 'app_cert_sn', 'biz_content', 'alipay_sdk']

describe('the split of a signed request', () => {
  it.each(['https://openapi.alipay.com/gateway.do', 'http://127.0.0.1:4000/gateway.do?shop=1&sign=old#part'])(
    'given any fields and %s, then it is what the SDK itself builds from them',
    (gateway) => {
      const fields = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'grapheme' }))
      fc.assert(
        fc.property(fields, (some) => {
          expect(splitRequest(gateway, some)).toEqual(asTheSdk(gateway, some))
        }),
      )
    },
  )
})
