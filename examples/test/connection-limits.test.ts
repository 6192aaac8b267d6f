import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { type ConnectionLimits, listen } from '../src/apps/process/listen.js'

const limits: ConnectionLimits = { headersTimeoutMs: 100, requestTimeoutMs: 200, maxConnections: 2 }

async function open(changes: Partial<ConnectionLimits> = {}) {
  const listener = await listen('127.0.0.1', 0, { ...limits, ...changes })
  listener.serve(async (request) => new Response(await request.text()))
  onTestFinished(() => listener.close())
  return () => {
    const socket = connect(listener.port, '127.0.0.1')
    socket.setEncoding('utf8')
    onTestFinished(() => void socket.destroy())
    return socket
  }
}

/** What a server sends until it closes the connection. */
async function received(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (part) => {
    text += part
  })
  await once(socket, 'close')
  return text
}

it('a client that does not finish its headers is answered 408 and cut off', async () => {
  const socket = (await open())()
  const answer = received(socket)
  socket.write('GET / HTTP/1.1\r\nHost: shop\r\nX-Slow: ')
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
})

it('a client that does not finish its body is answered 408 and cut off', async () => {
  const socket = (await open())()
  const answer = received(socket)
  socket.write('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 10\r\n\r\nhalf')
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /)
})

it('a connection above the limit is closed, and those below are served', async () => {
  const client = await open({ headersTimeoutMs: 10_000, requestTimeoutMs: 10_000 })
  const [first, second] = [client(), client()]
  await Promise.all([once(first, 'connect'), once(second, 'connect')])
  expect(await received(client())).toBe('')
  for (const socket of [first, second]) {
    const answer = received(socket)
    socket.write('POST / HTTP/1.1\r\nHost: shop\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok')
    expect(await answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*ok$/)
  }
})
