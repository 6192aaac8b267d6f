import type { ServerResponse } from 'node:http'
import type { SandboxClock } from '../clock.js'
import type { Outcome } from './outcome.js'
import type { RawReply } from './reply.js'

type Drip = Extract<Outcome, { kind: 'drip' }>

export function sendReply(response: ServerResponse, { status, headers, body }: RawReply): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

/** Announces the whole answer, sends half of it, and ends the connection. */
function sendHalf(response: ServerResponse, { status, headers, body }: RawReply): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy())
}

/** Sends the answer piece by piece, the first at once. */
function drip(clock: SandboxClock, response: ServerResponse, { reply, bytes, ms }: Drip): void {
  const whole = Buffer.from(reply.body)
  response.writeHead(reply.status, { ...reply.headers, 'content-length': whole.length })
  const sendFrom = (start: number): void => {
    if (response.destroyed) return
    const end = start + bytes
    response.write(whole.subarray(start, end))
    if (end >= whole.length) response.end()
    else clock.setTimeout(() => sendFrom(end), ms)
  }
  sendFrom(0)
}

/** Carries an outcome out on the connection. */
export function transmit(clock: SandboxClock, response: ServerResponse, outcome: Outcome): void {
  switch (outcome.kind) {
    case 'send':
      if (outcome.delayMs === undefined) sendReply(response, outcome.reply)
      else clock.setTimeout(() => sendReply(response, outcome.reply), outcome.delayMs)
      return
    case 'truncate':
      sendHalf(response, outcome.reply)
      return
    case 'drip':
      drip(clock, response, outcome)
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'hang':
      return
  }
}
