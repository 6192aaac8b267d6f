import { Agent, get, type IncomingMessage } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { listen } from '../src/apps/process/listen.js'

async function ask(agent: Agent, port: number): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  get({ agent, host: '127.0.0.1', port }, (answer) => answer.resume().on('end', () => resolve(answer))).on(
    'error',
    reject,
  )
  return promise
}

it('given a server that closes, when a request comes on an idle connection, then it is answered and told that it was the last', async () => {
  const listener = await listen('127.0.0.1', 0)
  listener.serve(() => new Response('here'))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  onTestFinished(() => agent.destroy())
  expect((await ask(agent, listener.port)).headers.connection).toBe('keep-alive')
  const closed = listener.close()
  const last = await ask(agent, listener.port)
  expect([last.statusCode, last.headers.connection]).toEqual([200, 'close'])
  await closed
  await expect(ask(agent, listener.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

it('given a server that is still starting, then a call is answered with a problem, and when to come again', async () => {
  const listener = await listen('127.0.0.1', 0)
  onTestFinished(() => listener.close())
  const { status, headers } = await fetch(`http://127.0.0.1:${listener.port}/api/orders/1`)
  const answered = [status, headers.get('Content-Type'), headers.get('Retry-After')]
  expect(answered).toEqual([503, 'application/problem+json', expect.stringMatching(/^\d+$/)])
})

it.each([
  ['an app that says nothing about it', 'localhost'],
  ['a host that is no address, which no app gets to see', 'a b'],
])('no answer is another type than it says: %s', async (_, host) => {
  const listener = await listen('127.0.0.1', 0)
  onTestFinished(() => listener.close())
  listener.serve(() => new Response('<script>', { headers: { 'Content-Type': 'text/plain' } }))
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>()
  get({ host: '127.0.0.1', port: listener.port, headers: { host }, agent: false }, (answer) => resolve(answer.resume()))
  expect((await promise).headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
})
