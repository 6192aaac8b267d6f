import type { SimulatedProcess } from './simulated-process.js'
import type { World } from './world.js'

/** One thing that somebody may do. What it begins in a process of ours continues call by call. */
export interface SimulationAction {
  readonly name: string
  /** How often, beside the others. */
  readonly weight: number
  /** True when there is something to do it with; always, when left out. */
  isReady?(world: World): boolean
  begin(world: World): void | Promise<void>
}

/** Begins with one of these, by default the later the likelier; ready when there is one. */
export const onRandomItem = <Item>(
  listOf: (world: World) => readonly Item[],
  begin: (world: World, item: Item) => void | Promise<void>,
  by: 'pick' | 'pickMostlyLate' = 'pickMostlyLate',
): Pick<SimulationAction, 'isReady' | 'begin'> => ({
  isReady: (world) => listOf(world).length > 0,
  begin(world) {
    const item = world.random[by](listOf(world))
    return item === undefined ? undefined : begin(world, item)
  },
})

/** Whichever process a load balancer would choose. */
export function pickProcess<Program>(
  { random }: World,
  processes: readonly SimulatedProcess<Program>[],
): Pick<SimulatedProcess<Program>, 'run'> {
  return (
    random.pick(processes.filter(({ program }) => program !== null)) ?? { run: (_label, _task, onGone) => onGone?.() }
  )
}
