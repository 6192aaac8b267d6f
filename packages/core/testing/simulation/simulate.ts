import type { SimulationAction } from './action.js'
import { buyerActions } from './buyer-actions.js'
import { type EndState, endState } from './end-state.js'
import { gatewayActions } from './gateway-actions.js'
import { inMemorySimulation } from './in-memory-harness.js'
import { journalInvariants, moneyInvariants, orderInvariants } from './invariants.js'
import { operatorActions } from './operator-actions.js'
import type { SeededRandom } from './random.js'
import { drain, settleDown, startAll } from './settle-down.js'
import { checkoutProgram, type SimulatedProgram } from './simulated-program.js'
import type { MakeSimulationHarness } from './simulation-harness.js'
import { workerActions } from './worker-actions.js'
import { makeWorld, type World } from './world.js'

export interface SimulationOptions {
  readonly seed: number
  /** How many things people and workers begin before the faults end. Default 100. */
  readonly steps?: number
  /** What our code runs on. Default: the fakes. */
  readonly harness?: MakeSimulationHarness
  /** The code that is tested. Default: the checkout as it is. */
  readonly program?: SimulatedProgram
}

export interface SimulationResult {
  readonly seed: number
  /** Sentences of what should never be; empty when all is well. */
  readonly violations: readonly string[]
  /** Everything that happened, in its order: the same in every run of this seed. */
  readonly log: readonly string[]
  readonly logHash: string
  readonly figures: SimulationFigures
}

export type SimulationFigures = Readonly<ReturnType<typeof figuresOf>>

const LAST_LINES = 40
const allActions: readonly SimulationAction[] = [
  ...buyerActions,
  ...gatewayActions,
  ...operatorActions,
  ...workerActions,
]

/** Each run has its own habits: a worker that hardly ever runs, buyers that pay and pay. */
const reweightedActions = (random: SeededRandom): SimulationAction[] =>
  allActions.map((action) => ({ ...action, weight: action.weight * (random.pick([0.2, 1, 1, 1, 3]) ?? 1) }))

/**
 * One run of the whole checkout under faults: whatever happens is drawn from the seed, and the same seed gives the same
 * run. Then all is let settle, and our ledger is compared with the gateway's.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { seed, steps = 100, harness = inMemorySimulation, program = checkoutProgram } = options
  const world = await makeWorld({ seed, makeHarness: harness, program })
  try {
    const began = world.clock.now()
    await runSteps(world, steps)
    const { foundByBill } = await settleDown(world, began)
    const state = await endState(world)
    const broken = [...moneyInvariants(state), ...orderInvariants(state), ...journalInvariants(state)]
    return {
      seed,
      violations: [...world.violations, ...broken],
      log: world.log.lines,
      logHash: world.log.hash(),
      figures: figuresOf(state, world.log.lines, foundByBill),
    }
  } finally {
    await world.harness.dispose()
  }
}

/** What a run came to, so that many runs can be seen to reach everything. */
function figuresOf({ orders }: EndState, lines: readonly string[], foundByBill: number) {
  const receipts = orders.flatMap(({ payments }) => payments.map(({ payment }) => payment.receipt))
  const logged = (part: string) => lines.filter((line) => line.includes(part)).length
  const count = (receipt: string) => receipts.filter((each) => each === receipt).length
  return {
    orders: orders.length,
    paid: count('booked'),
    refunded: orders.filter(({ refundEvents }) => refundEvents > 0).length,
    surplus: count('surplus'),
    late: count('late'),
    resolved: logged(' > resolves '),
    external: logged('console: refund'),
    // How often the gateway was to say no to a refund, and how often one that failed was tried again.
    refused: logged(' refund_refused'),
    triedAgain: logged(' > tries '),
    crashes: logged(' CRASHES at '),
    foundByBill,
  }
}

/** At each moment somebody begins something, or one of the calls that wait is made. */
async function runSteps(world: World, steps: number): Promise<void> {
  const { random, calls } = world
  const actions = reweightedActions(random)
  await startAll(world)
  for (let begun = 0; begun < steps; ) {
    if (calls.waiting === 0 || random.chance(world.newActionShare)) {
      await restartSome(world)
      await random.weighted(actions.filter(({ isReady }) => isReady?.(world) ?? true))?.begin(world)
      begun += 1
    } else calls.releaseOne()
    await calls.untilIdle()
  }
  await drain(world)
}

/** A supervisor restarts a dead process, sooner or later. */
async function restartSome({ orders, learning, random }: World): Promise<void> {
  for (const process of [...learning, ...orders]) if (random.chance(0.5)) await process.start()
}

/** What a run that failed shows: what is broken, how to replay it, and the end of its log. */
export function failureReport({ seed, violations, log }: SimulationResult, replay: string): string {
  return [
    `The simulation of seed ${seed} broke ${violations.length} rules:`,
    ...violations.map((sentence) => `  - ${sentence}`),
    `Replay it: ${replay.replace('{seed}', String(seed))}`,
    `The last ${LAST_LINES} of ${log.length} steps:`,
    ...log.slice(-LAST_LINES).map((line) => `  ${line}`),
  ].join('\n')
}
