import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { toNodeHandler } from '../src/node/index.js'
import { members, openShop } from './shop.js'

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('a host of Node.js serves the app under a path, beside its own routes', async () => {
  const shop = await openShop()
  const handle = toNodeHandler(shop.app)
  const base = await serve((request, response) => {
    if (!request.url?.startsWith('/pay/')) return response.end('the host')
    request.url = request.url.slice('/pay'.length)
    return handle(request, response)
  })
  expect(await (await fetch(`${base}/elsewhere`)).text()).toBe('the host')
  const headers = await shop.authorization()
  const chosen = await fetch(`${base}/pay/api/learning/choosecourse/1`, { method: 'POST', headers })
  expect(await members(chosen)).toMatchObject({ status: '701002' })
  const refused = await fetch(`${base}/pay/api/orders/generatepaycode`, { method: 'POST', headers, body: '{}' })
  expect(refused.status).toBe(415)
  const notified = await fetch(`${base}/pay/api/orders/receivenotify`, { method: 'POST', body: 'a=1' })
  expect(await notified.text()).toBe('fail')
})

it('the host keeps the global Request and Response of its own', async () => {
  const before = [globalThis.Request, globalThis.Response]
  toNodeHandler((await openShop()).app)
  expect([globalThis.Request, globalThis.Response]).toEqual(before)
})
