import { X509Certificate } from 'node:crypto'
import { AlipaySdk } from 'alipay-sdk'
import { describe, expect, it } from 'vitest'
import { givenSandbox } from './support/given.js'
import { payAddress, query, queryUnverified, sdkFor } from './support/merchant.js'

const bench = givenSandbox({ certificates: true })

const certificates = () => {
  const { certificates: issued } = bench.sandbox.merchant
  if (!issued) throw new Error('no certificates')
  return issued
}

describe('certificate mode', () => {
  it('given the three certificates, then the SDK buys, queries and verifies the notification with them', async () => {
    await bench.sandbox.buyer.pay(payAddress(bench.sdk, { out_trade_no: 'T1' }, bench))
    await bench.sandbox.settled()

    expect(await query(bench.sdk, 'T1')).toMatchObject({ code: '10000', trade_status: 'TRADE_SUCCESS' })
    expect(bench.sdk.checkNotifySignV2(bench.shop.received[0]?.fields)).toBe(true)
  })

  it('given them, then they chain to the root and hold the right keys', () => {
    const root = new X509Certificate(certificates().alipayRootCert)
    const alipay = new X509Certificate(certificates().alipayPublicCert)
    const app = new X509Certificate(certificates().appCert)

    expect(root.verify(root.publicKey)).toBe(true)
    expect(root.ca).toBe(true)
    expect(alipay.checkIssued(root) && alipay.verify(root.publicKey)).toBe(true)
    expect(app.checkIssued(root) && app.verify(root.publicKey)).toBe(true)
    expect(alipay.publicKey.export({ type: 'spki', format: 'pem' })).toBe(bench.sandbox.merchant.alipayPublicKey)
  })

  it('given an answer, then it names the certificate it is signed with, between the node and the signature', async () => {
    const address = bench.sdk.pageExecute('alipay.trade.query', 'GET', { bizContent: { out_trade_no: 'T1' } })

    const body = await (await fetch(address)).text()

    expect(body).toContain(`},"alipay_cert_sn":"${bench.sdk.config.alipayCertSn}","sign":"`)
  })

  it('given a request without certificates, then it is refused', async () => {
    const { appId, privateKey, alipayPublicKey, gateway } = bench.sandbox.merchant
    const plain = new AlipaySdk({ appId, privateKey, keyType: 'PKCS8', alipayPublicKey, gateway, camelcase: false })

    expect(await queryUnverified(plain, 'T1')).toMatchObject({ code: '40002', sub_code: 'isv.app-cert-sn-not-match' })
  })

  it.each([
    ['appCertSn', 'isv.app-cert-sn-not-match'],
    ['alipayRootCertSn', 'isv.alipay-root-cert-sn-not-match'],
  ] as const)('given another %s, then it is refused', async (name, subCode) => {
    const sdk = sdkFor(bench.sandbox)
    sdk.config[name] = '0'.repeat(32)

    expect(await queryUnverified(sdk, 'T1')).toMatchObject({ code: '40002', sub_code: subCode })
  })
})
