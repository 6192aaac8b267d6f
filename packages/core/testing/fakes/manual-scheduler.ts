import type { EpochMs, Scheduler } from '../../src/shared/ports/clock.js'
import { nextTurn } from './next-turn.js'
import type { SettableClock } from './settable-clock.js'

export interface ManualScheduler extends Scheduler {
  /** Turns the clock by `ms`, stopping at each task that falls due and letting what it starts run before the next. */
  advance(ms: number): Promise<void>
  /** How many tasks wait. */
  pending(): number
}

interface Task {
  readonly at: EpochMs
  readonly run: () => void
}

/** A scheduler whose time passes only when told to. */
export function manualScheduler(clock: SettableClock): ManualScheduler {
  const tasks = new Set<Task>()
  /** Sets keep insertion order, so of two tasks for one moment the one scheduled first runs first. */
  const earliest = () =>
    [...tasks].reduce<Task | null>((first, task) => (first === null || task.at < first.at ? task : first), null)

  async function advance(ms: number): Promise<void> {
    const end = clock.now() + ms
    await nextTurn()
    for (let task = earliest(); task !== null && task.at <= end; task = earliest()) {
      tasks.delete(task)
      if (task.at > clock.now()) clock.set(task.at)
      task.run()
      await nextTurn()
    }
    clock.set(end)
  }

  return {
    advance,
    pending: () => tasks.size,
    schedule(delayMs, run) {
      const task = { at: clock.now() + delayMs, run }
      tasks.add(task)
      return () => void tasks.delete(task)
    },
  }
}
