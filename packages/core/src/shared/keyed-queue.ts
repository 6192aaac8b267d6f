/**
 * Runs work of one key one after the other, in the sequence of the calls; work of different keys runs at once. `waited`
 * is true when other work of the key ran before: what was read earlier is stale then.
 */
export type KeyedQueue = <Result>(key: string, work: (waited: boolean) => Promise<Result>) => Promise<Result>

export function keyedQueue(): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const before = tails.get(key)
    const turn = before === undefined ? work(false) : before.then(() => work(true))
    const tail = turn.then(
      () => {},
      () => {},
    )
    tails.set(key, tail)
    void tail.then(() => {
      if (tails.get(key) === tail) tails.delete(key)
    })
    return turn
  }
}
