import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fetchLimited, isSecureAddress } from './fetch-limited.js'

const limits = { timeoutMs: 2_000, maxBytes: 1_000 }

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`
}

describe('fetchLimited', () => {
  it('reads a whole answer with its status and headers', async () => {
    const address = await serve((request, response) => {
      response.writeHead(404, { 'X-Kind': 'none' }).end(`${request.method} 课程 ${request.headers.accept}`)
    })
    const answer = await fetchLimited(address, { ...limits, headers: { Accept: 'text/plain' } })
    expect([answer.status, answer.ok, answer.header('x-kind')]).toEqual([404, false, 'none'])
    expect(answer.text()).toBe('GET 课程 text/plain')
  })

  it('posts a body', async () => {
    const address = await serve((request, response) => void request.pipe(response))
    expect((await fetchLimited(address, { ...limits, method: 'POST', body: 'a=1' })).text()).toBe('a=1')
  })

  it('reads an answer of exactly the limit, and an empty one', async () => {
    const address = await serve((_, response) => response.end('x'.repeat(1_000)))
    expect((await fetchLimited(address, limits)).bytes.byteLength).toBe(1_000)
    const empty = await serve((_, response) => response.writeHead(204).end())
    expect((await fetchLimited(empty, limits)).bytes.byteLength).toBe(0)
  })

  it('refuses an answer that says it is larger', async () => {
    const address = await serve((_, response) => response.end('x'.repeat(1_001)))
    await expect(fetchLimited(address, limits)).rejects.toMatchObject({ reason: 'too_large' })
  })

  it('stops an answer without an end as soon as it is larger', async () => {
    let closed = () => {}
    const left = new Promise<void>((resolve) => {
      closed = resolve
    })
    const address = await serve((_, response) => {
      const write = () => void (response.write('x'.repeat(600)) ? setImmediate(write) : response.once('drain', write))
      response.once('close', closed)
      write()
    })
    await expect(fetchLimited(address, limits)).rejects.toMatchObject({ reason: 'too_large' })
    await left
  })

  it.each([
    ['sends nothing', () => {}],
    ['stops in the middle', (response: { write(text: string): void }) => response.write('half')],
  ])('times out on a server that %s', async (_, begin) => {
    const address = await serve((_request, response) => begin(response))
    await expect(fetchLimited(address, { ...limits, timeoutMs: 50 })).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('follows no redirect', async () => {
    let asked = 0
    const address = await serve((_, response) => {
      asked += 1
      response.writeHead(302, { Location: '/elsewhere' }).end()
    })
    const answer = await fetchLimited(address, limits)
    expect([answer.status, answer.ok, answer.header('Location'), asked]).toEqual([302, false, '/elsewhere', 1])
  })

  it('tells a connection that fails, without the address', async () => {
    const failure = await fetchLimited('http://127.0.0.1:1/secret', limits).catch((error: unknown) => error)
    expect(failure).toMatchObject({ reason: 'connection' })
    expect(String(failure)).not.toContain('secret')
  })

  it('sends nothing over http off this machine, unless it is allowed', async () => {
    const sent: string[] = []
    const fetch = async (address: string) => {
      sent.push(address)
      return new Response('ok')
    }
    await expect(fetchLimited('http://keys.example.com/', { ...limits, fetch })).rejects.toMatchObject({
      reason: 'insecure_address',
    })
    expect(sent).toEqual([])
    const allowed = await fetchLimited('http://keys.example.com/', { ...limits, fetch, allowHttp: true })
    expect(allowed.text()).toBe('ok')
  })
})

it.each([
  ['https://keys.example.com/a', true],
  ['http://localhost:3000', true],
  ['http://shop.localhost/', true],
  ['http://127.0.0.1/', true],
  ['http://127.9.9.9/', true],
  ['http://[::1]:80/', true],
  ['http://keys.example.com/', false],
  ['http://127.0.0.1.example.com/', false],
  ['http://localhost.example.com/', false],
  ['http://10.0.0.1/', false],
  ['http://[::2]/', false],
  ['ftp://127.0.0.1/', false],
  ['file:///etc/passwd', false],
  ['nowhere', false],
])('the address %s is secure: %s', (address, secure) => {
  expect(isSecureAddress(address)).toBe(secure)
})
