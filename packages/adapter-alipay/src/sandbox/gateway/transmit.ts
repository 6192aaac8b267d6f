import type { ServerResponse } from 'node:http'
import type { SandboxClock } from '../clock.js'
import type { Outcome } from './outcome.js'
import type { RawReply } from './reply.js'

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
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'hang':
      return
  }
}
