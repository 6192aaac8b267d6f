import { nextTurn } from '../fakes/next-turn.js'
import type { EventLog } from './event-log.js'
import type { CallKind, Fault, FaultPlan } from './faults.js'
import type { SeededRandom } from './random.js'

/** One run of a process, from its start to its crash. The calls of a dead one never return. */
export interface ProcessLife {
  readonly name: string
  readonly alive: boolean
  /** The process is gone, now: its memory, and what its store had not committed. */
  crash(why: string): void
}

/** How one call is made: `act` does it, `faulty` says what comes of it under a fault that is not a crash. */
export interface PortCall<Result> {
  readonly life: ProcessLife
  readonly kind: CallKind
  readonly label: string
  act(): Promise<Result>
  faulty(fault: Fault, act: () => Promise<Result>): Promise<Result>
}

/** Every call that our code makes of a port goes through here. */
export interface PortCalls {
  /** Waits for its turn first: others may do something between the caller's last step and this one. */
  inTurn<Result>(call: PortCall<Result>): Promise<Result>
  /** Without waiting for a turn. */
  immediately<Result>(call: PortCall<Result>): Promise<Result>
  /** Resolves when it is this process's turn; never, when it is gone. */
  wait(life: ProcessLife): Promise<void>
  /** Keeps everybody waiting until this has ended or its process is gone. */
  blockOthers<Result>(life: ProcessLife, work: Promise<Result>): Promise<Result>
  readonly waiting: number
  releaseOne(): void
  /** Resolves when everybody waits for a turn or has ended. */
  untilIdle(): Promise<void>
  /** Takes everything of a process out of the line. */
  discard(life: ProcessLife): void
}

export function portCalls(given: {
  readonly random: SeededRandom
  readonly faults: FaultPlan
  readonly log: EventLog
}): PortCalls {
  const { random, faults, log } = given
  /** Who goes next is drawn, so that every order of steps can come. */
  let line: { readonly life: ProcessLife; readonly go: () => void }[] = []
  const working = new Map<ProcessLife, number>()

  const wait = (life: ProcessLife): Promise<void> =>
    life.alive ? new Promise((go) => void line.push({ life, go })) : never()

  async function blockOthers<Result>(life: ProcessLife, work: Promise<Result>): Promise<Result> {
    working.set(life, (working.get(life) ?? 0) + 1)
    try {
      return await work
    } finally {
      const left = (working.get(life) ?? 0) - 1
      if (left > 0) working.set(life, left)
      else working.delete(life)
    }
  }

  async function immediately<Result>({ life, kind, label, act, faulty }: PortCall<Result>): Promise<Result> {
    if (!life.alive) return never()
    const fault = faults.next(kind)
    log.write(`${life.name} ${label}${fault === null ? '' : ` ${fault}`}`)
    if (fault === null) return blockOthers(life, act())
    if (fault === 'crash_before') return crash(life, label)
    if (fault !== 'crash_after') return blockOthers(life, faulty(fault, act))
    await blockOthers(life, act()).catch(() => null)
    return crash(life, label)
  }

  return {
    async inTurn(call) {
      await wait(call.life)
      return immediately(call)
    },
    immediately,
    wait,
    blockOthers,
    get waiting() {
      return line.length
    },
    releaseOne() {
      const [next] = line.splice(random.integerBelow(line.length), 1)
      next?.go()
    },
    async untilIdle() {
      do await nextTurn()
      while (working.size > 0)
    },
    discard(life) {
      line = line.filter((each) => each.life !== life)
      working.delete(life)
    },
  }
}

/** A process that is gone is never answered. */
const never = <Result>(): Promise<Result> => new Promise<Result>(() => {})

function crash(life: ProcessLife, label: string): Promise<never> {
  life.crash(label)
  return never()
}
