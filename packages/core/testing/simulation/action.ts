import type { SimulatedProcess } from './simulated-process.js'
import type { World } from './world.js'

/** One thing that somebody may do. What it begins in a process of ours continues call by call. */
export interface Action {
  readonly name: string
  /** How often, beside the others. */
  readonly weight: number
  /** True when there is something to do it with; always, when left out. */
  ready?(world: World): boolean
  begin(world: World): void | Promise<void>
}

/** Whichever process a load balancer would choose. */
export function anyOf<Program>(
  { random }: World,
  processes: readonly SimulatedProcess<Program>[],
): Pick<SimulatedProcess<Program>, 'run'> {
  return (
    random.pick(processes.filter(({ program }) => program !== null)) ?? { run: (_label, _task, onGone) => onGone?.() }
  )
}
