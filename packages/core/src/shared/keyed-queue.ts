/** What a turn in the queue begins with. */
export interface Turn<Handed> {
  /** Whether other work of the key ran before: what was read earlier is stale then. */
  readonly waited: boolean
  readonly handed: Handed | undefined
}

/** Runs work of one key one after the other, in the sequence of the calls; work of different keys runs at once. */
export interface KeyedQueue<Handed> {
  run<Result>(
    key: string,
    work: (turn: Turn<Handed>) => Promise<{ readonly result: Result; readonly handOn?: Handed | undefined }>,
  ): Promise<Result>
  /** Whether work that comes now would wait. */
  isBusy(key: string): boolean
}

export function keyedQueue<Handed = never>(): KeyedQueue<Handed> {
  const tails = new Map<string, Promise<Handed | undefined>>()
  return {
    isBusy: (key) => tails.has(key),
    run(key, work) {
      const before = tails.get(key)
      const turn =
        before === undefined
          ? work({ waited: false, handed: undefined })
          : before.then((handed) => work({ waited: true, handed }))
      const tail = turn.then(
        ({ handOn }) => handOn,
        () => undefined,
      )
      tails.set(key, tail)
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
      return turn.then(({ result }) => result)
    },
  }
}
