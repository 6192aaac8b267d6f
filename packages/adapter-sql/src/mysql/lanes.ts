export interface LaneOptions<Item> {
  /** Groups under way at once. */
  readonly lanes: number
  readonly largestGroup: number
  /** Never rejects. */
  work(group: readonly Item[]): Promise<void>
}

/** Does in groups what many ask for one by one: whatever comes while all lanes are busy shares the next group. */
export class Lanes<Item> {
  readonly #options: LaneOptions<Item>
  readonly #waiting: Item[] = []
  #soon = false
  #busy = 0

  constructor(options: LaneOptions<Item>) {
    this.#options = options
  }

  /** Whoever comes while I/O is read joins. */
  add(item: Item): void {
    this.#waiting.push(item)
    if (this.#soon) return
    this.#soon = true
    setImmediate(() => {
      this.#soon = false
      this.#start()
    })
  }

  #start(): void {
    const { lanes, largestGroup, work } = this.#options
    while (this.#busy < lanes && this.#waiting.length > 0) {
      this.#busy += 1
      void work(this.#waiting.splice(0, largestGroup)).finally(() => {
        this.#busy -= 1
        this.#start()
      })
    }
  }
}
