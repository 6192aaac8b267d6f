import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { EventLog } from './event-log.js'
import type { PortCalls, ProcessLife } from './port-calls.js'

/** A process of ours, which can die at any call and is started again. */
export interface SimulatedProcess<Program> {
  readonly name: string
  readonly program: Program | null
  /** Does nothing when it runs. */
  start(): Promise<void>
  /**
   * Begins something in this process, and never waits for its end: it may die first, and then `onGone` is called. A
   * failure with a `CheckoutError` is the caller's to bear.
   */
  run(label: string, task: (program: Program) => Promise<unknown>, onGone?: () => void): void
}

interface OpenedProgram<Program> {
  readonly program: Program
  crash(): void
}

/** What a caller can be told on purpose; everything else is a bug of ours. */
export class BrokenProgram extends Error {
  override readonly name = 'BrokenProgram'
}

export function simulatedProcess<Program>(given: {
  readonly name: string
  readonly calls: PortCalls
  readonly log: EventLog
  readonly onBroken: (error: BrokenProgram) => void
  open(life: ProcessLife): Promise<OpenedProgram<Program>>
}): SimulatedProcess<Program> {
  const { name, calls, log } = given
  const now: { opened: OpenedProgram<Program> | null } = { opened: null }
  const unfinished = new Set<() => void>()

  async function start(): Promise<void> {
    if (now.opened !== null) return
    const state = { alive: true }
    const life: ProcessLife = {
      name,
      get alive() {
        return state.alive
      },
      crash(why) {
        log.write(`${name} CRASHES at ${why.trim()}`)
        state.alive = false
        calls.discard(life)
        now.opened?.crash()
        now.opened = null
        for (const onGone of unfinished) onGone()
        unfinished.clear()
      },
    }
    now.opened = await given.open(life)
    log.write(`${name} starts`)
  }

  function run(label: string, task: (program: Program) => Promise<unknown>, onGone = () => {}): void {
    if (now.opened === null) {
      onGone()
      return
    }
    log.write(`${name} > ${label}`)
    // An object of its own for each task, since two may bring the same function.
    const gone = () => onGone()
    unfinished.add(gone)
    const ended = (how: string) => {
      unfinished.delete(gone)
      log.write(`${name} < ${label}${how}`)
    }
    task(now.opened.program).then(
      () => ended(''),
      (error: unknown) => {
        const onPurpose = CheckoutError.isInstance(error)
        ended(`: ${onPurpose ? error.code : String(error)}`)
        if (!onPurpose) given.onBroken(new BrokenProgram(`${label} failed with ${String(error)}`, { cause: error }))
      },
    )
  }
  return {
    name,
    start,
    run,
    get program() {
      return now.opened?.program ?? null
    },
  }
}
