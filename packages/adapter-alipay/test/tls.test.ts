import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { payNo } from '@coursepay/core'
import { expect, it, onTestFinished } from 'vitest'
import { startAlipaySandbox } from '../sandbox/index.js'
import { alipay } from '../src/index.js'

it('given a gateway whose TLS certificate nobody has signed, then it is told nothing, and its answer is unknown', async () => {
  await using sandbox = await startAlipaySandbox({ certificates: true })
  const { merchant } = sandbox
  const asked: unknown[] = []
  const options = { key: merchant.privateKey, cert: merchant.certificates?.appCert }
  const server = createServer(options, (request, response) => {
    asked.push(request.url)
    response.end('{}')
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/gateway.do`
  const { gateway } = alipay({ ...merchant, gateway: address })
  expect(await gateway.query(payNo('7123456789012345678'))).toMatchObject({ kind: 'unknown' })
  expect(asked).toEqual([])
})
