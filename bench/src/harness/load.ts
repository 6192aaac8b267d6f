import type { Measurement } from './compare.js'
import type { HttpAnswer, HttpCaller } from './http-caller.js'

export type Accepts = (answer: HttpAnswer) => boolean

function check(answer: HttpAnswer, accepts: Accepts): void {
  if (!accepts(answer))
    throw new Error(`An answer is not what it should be: ${answer.status} ${answer.body.slice(0, 300)}`)
}

/** One request, and the answer to it when it is right. */
export async function sendChecked(caller: HttpCaller, request: Buffer, accepts: Accepts): Promise<HttpAnswer> {
  const answer = await caller.send(request)
  check(answer, accepts)
  return answer
}

/** Every caller asks again as soon as it is answered, until all requests are made. */
export async function closedLoop(
  callers: readonly HttpCaller[],
  requests: readonly Buffer[],
  accepts: Accepts,
): Promise<Measurement> {
  const latencies: number[] = []
  let at = 0
  const startedAt = performance.now()
  await Promise.all(
    callers.map(async (caller) => {
      for (let request = requests[at++]; request !== undefined; request = requests[at++]) {
        const askedAt = performance.now()
        check(await caller.send(request), accepts)
        latencies.push(performance.now() - askedAt)
      }
    }),
  )
  return { figure: requests.length / ((performance.now() - startedAt) / 1_000), latencies }
}

export interface OpenLoopResult {
  /** Of each request from the moment it was due, in ms: a request that had to wait for its turn waited. */
  readonly latencies: readonly number[]
  /** Answers a second while requests arrived. */
  readonly answered: number
  /** Requests that were due and not answered when the last one was due. */
  readonly backlog: number
}

/** Requests arrive at a fixed rate, whatever becomes of those before. */
export async function openLoop(
  callers: readonly HttpCaller[],
  requests: readonly Buffer[],
  perSecond: number,
  accepts: Accepts,
): Promise<OpenLoopResult> {
  const latencies: number[] = []
  const free = [...callers]
  const all = Promise.withResolvers<void>()
  const startedAt = performance.now()
  const dueAt = (index: number) => startedAt + (index * 1_000) / perSecond
  let next = 0
  const send = async (caller: HttpCaller, request: Buffer, due: number) => {
    check(await caller.send(request), accepts)
    latencies.push(performance.now() - due)
    free.push(caller)
    if (latencies.length === requests.length) all.resolve()
    else pump()
  }
  function pump(): void {
    for (let due = dueAt(next); due <= performance.now(); due = dueAt(next)) {
      const request = requests[next]
      const caller = request === undefined ? undefined : free.pop()
      if (request === undefined || caller === undefined) return
      next += 1
      send(caller, request, due).catch(all.reject)
    }
  }
  const lastDue = dueAt(requests.length)
  let atLastDue: number | null = null
  const timer = setInterval(() => {
    pump()
    if (atLastDue === null && performance.now() >= lastDue) atLastDue = latencies.length
  }, 1)
  await all.promise.finally(() => clearInterval(timer))
  const inTime = atLastDue ?? latencies.length
  return {
    latencies,
    answered: inTime / ((lastDue - startedAt) / 1_000),
    backlog: requests.length - inTime,
  }
}
