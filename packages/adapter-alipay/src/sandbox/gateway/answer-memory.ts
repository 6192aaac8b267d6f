interface Remembered {
  readonly method: string
  readonly outTradeNo: string
  readonly body: string
}

/** The newest genuine answers, so that a fault can replay one that belongs to another trade. */
export class AnswerMemory {
  readonly #limit: number
  #answers: Remembered[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  add(answer: Remembered): void {
    this.#answers = [...this.#answers, answer].slice(-this.#limit)
  }

  /** The newest answer of this method about another trade. */
  ofOtherTrade(method: string, outTradeNo: string): string | undefined {
    return this.#answers.findLast((answer) => answer.method === method && answer.outTradeNo !== outTradeNo)?.body
  }

  clear(): void {
    this.#answers = []
  }
}
