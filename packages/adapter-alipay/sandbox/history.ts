/** What the sandbox made of a request's signature. */
export type SignatureVerdict = 'valid' | 'invalid' | 'not_checked'

/** One request to the gateway, as it came in. */
export interface LoggedRequest {
  readonly at: number
  readonly httpMethod: string
  /** Path and query, as sent. */
  readonly target: string
  /** The body, as sent; its beginning when it is long. */
  readonly body: string
  readonly method: string
  readonly outTradeNo?: string
  readonly signature: SignatureVerdict
  /** The HTTP client resent it after the connection broke. */
  readonly resent: boolean
  /** What was answered: `10000`, a `sub_code`, or what the page said. Absent: nothing was processed. */
  readonly outcome?: string
  readonly fault?: string
}

const MAX_BODY_CHARS = 16_384

/** The newest requests; older ones make room. */
export class RequestLog {
  readonly #limit: number
  #entries: LoggedRequest[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(request: LoggedRequest): void {
    this.#entries.push({ ...request, body: request.body.slice(0, MAX_BODY_CHARS) })
    if (this.#entries.length >= this.#limit * 2) this.#entries = this.#entries.slice(-this.#limit)
  }

  list(): readonly LoggedRequest[] {
    return this.#entries.slice(-this.#limit)
  }

  clear(): void {
    this.#entries = []
  }
}

interface SentAnswer {
  readonly method: string
  readonly outTradeNo: string
  readonly body: string
}

/** The newest genuine answers, so that a fault can replay one that belongs to another trade. */
export class SentAnswerHistory {
  readonly #limit: number
  #answers: SentAnswer[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(answer: SentAnswer): void {
    this.#answers = [...this.#answers, answer].slice(-this.#limit)
  }

  /** The newest answer of this method about another trade. */
  findOfOtherTrade(method: string, outTradeNo: string): string | undefined {
    return this.#answers.findLast((answer) => answer.method === method && answer.outTradeNo !== outTradeNo)?.body
  }

  clear(): void {
    this.#answers = []
  }
}
