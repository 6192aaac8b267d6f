import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** Alipay's header is malformed: two media types in one. Strict parsers yield an empty body. */
const CONTENT_TYPES = {
  real: 'application/x-www-form-urlencoded; text/html; charset=UTF-8',
  clean: 'application/x-www-form-urlencoded; charset=utf-8',
} as const

/** How the merchant's server answered one attempt. */
export interface DeliveryResult {
  /** Absent when the attempt got no answer. */
  readonly status?: number
  /** The first characters of the answer, or why there was none. */
  readonly answer: string
  /** HTTP 200 and the text `successNode`. */
  readonly acknowledged: boolean
}

interface Delivery {
  readonly url: string
  readonly body: string
  readonly contentType: keyof typeof CONTENT_TYPES
  /** How long the merchant may take to answer. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** More than this of an answer is not kept; `successNode` has seven characters. */
const MAX_ANSWER_CHARS = 1024

async function readAnswer(response: IncomingMessage): Promise<string> {
  let answer = ''
  for await (const chunk of response) {
    if (answer.length < MAX_ANSWER_CHARS) answer += String(chunk)
  }
  return answer.slice(0, MAX_ANSWER_CHARS)
}

function post({ url, body, contentType, timeoutMs, signal: cancelled }: Delivery): Promise<DeliveryResult> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest
    const headers = {
      'content-type': CONTENT_TYPES[contentType],
      'content-length': Buffer.byteLength(body),
      'user-agent': 'Mozilla/4.0',
    }
    const signal = AbortSignal.any([cancelled, AbortSignal.timeout(timeoutMs)])
    const outgoing = request(url, { method: 'POST', headers, signal, agent: false })
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      const status = response.statusCode ?? 0
      readAnswer(response).then(
        (answer) => resolve({ status, answer, acknowledged: status === 200 && answer.trim() === 'success' }),
        reject,
      )
    })
    outgoing.end(body)
  })
}

/** One POST to the merchant. Follows no redirect and never throws: no answer is an answer too. */
export async function deliver(delivery: Delivery): Promise<DeliveryResult> {
  try {
    return await post(delivery)
  } catch (error) {
    return { answer: error instanceof Error ? error.message : 'no answer', acknowledged: false }
  }
}

/** Counts work that is under way, so that a test can wait for its end instead of sleeping. */
export class InFlightDeliveries {
  #count = 0
  #idleWaiters: Array<() => void> = []

  async track<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#count += 1
    try {
      // Not in the caller's turn: what is tracked starts after the caller has committed.
      await Promise.resolve()
      return await work()
    } finally {
      this.#count -= 1
      this.#wakeIfIdle()
    }
  }

  waitUntilIdle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => this.#idleWaiters.push(resolve))
  }

  #wakeIfIdle(): void {
    if (this.#count > 0) return
    const waiting = this.#idleWaiters
    this.#idleWaiters = []
    for (const wake of waiting) wake()
  }
}
