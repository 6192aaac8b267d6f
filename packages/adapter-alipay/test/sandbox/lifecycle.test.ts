import { createPrivateKey, createPublicKey } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AlipaySdk } from 'alipay-sdk'
import { describe, expect, it } from 'vitest'
import { generateSandboxKeys, startAlipaySandbox } from '../../sandbox/index.js'
import { keys, payAddress, query, sdkFor, startShop } from './support/merchant.js'

describe('starting and stopping', () => {
  it.each(['0.0.0.0', '::', '192.168.1.5', 'example.com'])('given the host %s, then it is refused', async (host) => {
    await expect(startAlipaySandbox({ keys, host })).rejects.toThrow('listens on loopback only')
  })

  it('given the flag, then it listens everywhere', async () => {
    await using sandbox = await startAlipaySandbox({ keys, host: '0.0.0.0', allowRemote: true })
    const { port } = new URL(sandbox.url)

    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200)
  })

  it('given a port that is taken, then starting fails', async () => {
    await using sandbox = await startAlipaySandbox({ keys })

    await expect(startAlipaySandbox({ keys, port: Number(new URL(sandbox.url).port) })).rejects.toThrow('EADDRINUSE')
  })

  it('given nothing, then it makes its own keys and the SDK works with what it hands out', async () => {
    await using sandbox = await startAlipaySandbox()

    expect(await query(sdkFor(sandbox), 'T1')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  })

  it.each(['pem', 'base64'])(
    'given the own public key of the merchant as %s, then his requests verify',
    async (form) => {
      const { merchant } = await generateSandboxKeys()
      const pem = merchant.publicKey.export({ type: 'spki', format: 'pem' }).toString()
      const bare = pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
      await using sandbox = await startAlipaySandbox({ keys, merchantPublicKey: form === 'pem' ? pem : bare })
      const privateKey = merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

      expect(sandbox.merchant.privateKey).toBe('')
      expect(await query(sdkFor(sandbox, { privateKey }), 'T1')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
    },
  )

  it('given own app and seller numbers, then requests and notifications carry them', async () => {
    const shop = await startShop()
    await using sandbox = await startAlipaySandbox({ keys, appId: '2021111111111111', sellerId: '2088111111111111' })
    await sandbox.buyer.pay(payAddress(sdkFor(sandbox), { out_trade_no: 'T1' }, { shop }))
    await sandbox.settled()
    await shop.stop()

    expect(shop.received[0]?.fields).toMatchObject({ app_id: '2021111111111111', seller_id: '2088111111111111' })
  })

  it('given reset, then trades, sessions, requests, notifications and faults are gone and the keys stay', async () => {
    await using sandbox = await startAlipaySandbox({ keys })
    const sdk = sdkFor(sandbox)
    const { url } = await sandbox.buyer.openPayPage(payAddress(sdk, { out_trade_no: 'T1' }))
    await sandbox.buyer.pay(url)
    sandbox.fault({ at: 'gateway', kind: 'empty_body' })

    sandbox.reset()

    expect(sandbox.trades.list()).toEqual([])
    expect(sandbox.requests()).toEqual([])
    expect(sandbox.notifications()).toEqual([])
    expect((await fetch(url)).status).toBe(404)
    expect(await query(sdk, 'T1')).toMatchObject({ sub_code: 'ACQ.TRADE_NOT_EXIST' })
  })

  it('given a call that hangs and a merchant that never answers, then stop ends both', async () => {
    const told = Promise.withResolvers<void>()
    const silent = createServer(() => told.resolve())
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const sandbox = await startAlipaySandbox({ keys, notifyAnswerTimeoutMs: 60_000 })
    const sdk = sdkFor(sandbox)
    const notifyUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/notify`
    const bizContent = { out_trade_no: 'T1', total_amount: '1.00', subject: 's' }
    await sandbox.buyer.pay(sdk.pageExecute('alipay.trade.wap.pay', 'GET', { bizContent, notifyUrl }))
    await told.promise
    const fault = sandbox.fault({ at: 'gateway', kind: 'hang' })
    const hanging = query(sdk, 'T1').catch((error: unknown) => error)
    await expect.poll(() => fault.hits).toBe(1)

    await sandbox.stop()
    await sandbox.settled()

    expect(await hanging).toBeInstanceOf(Error)
    silent.close()
  })

  it('given a merchant that does not answer in time, then the attempt has failed', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    await using sandbox = await startAlipaySandbox({ keys, notifyAnswerTimeoutMs: 20 })
    const notifyUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/notify`
    const bizContent = { out_trade_no: 'T1', total_amount: '1.00', subject: 's' }
    await sandbox.buyer.pay(sdkFor(sandbox).pageExecute('alipay.trade.wap.pay', 'GET', { bizContent, notifyUrl }))
    await sandbox.settled()
    silent.close()

    expect(sandbox.notifications()[0]?.attempts).toMatchObject([{ acknowledged: false }])
    expect(sandbox.notifications()[0]?.attempts[0]).not.toHaveProperty('status')
  })

  it('given an SDK with parsed keys put into its settings, then everything verifies as with PEM', async () => {
    const shop = await startShop()
    await using sandbox = await startAlipaySandbox({ keys })
    const { appId, privateKey, alipayPublicKey, gateway } = sandbox.merchant
    const sdk = new AlipaySdk({ appId, privateKey, keyType: 'PKCS8', alipayPublicKey, gateway, camelcase: false })
    Object.assign(sdk.config, {
      privateKey: createPrivateKey(privateKey),
      alipayPublicKey: createPublicKey(alipayPublicKey),
    })

    await sandbox.buyer.pay(payAddress(sdk, { out_trade_no: 'T1' }, { shop }))
    await sandbox.settled()
    await shop.stop()

    expect(await query(sdk, 'T1')).toMatchObject({ trade_status: 'TRADE_SUCCESS' })
    expect(sdk.checkNotifySignV2(shop.received[0]?.fields)).toBe(true)
  })
})
