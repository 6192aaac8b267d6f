import type { LatePaymentPolicy } from '../../src/orders/domain/payment-evidence.js'
import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import type { Clock } from '../../src/shared/ports/clock.js'
import type { PaidOrders } from '../../src/shared/ports/paid-orders.js'
import { sequentialIds, sequentialTokens } from '../fakes/sequential-ids.js'
import { type SettableClock, settableClock } from '../fakes/settable-clock.js'
import { type EventLog, eventLog } from './event-log.js'
import { type FaultPlan, faultPlan } from './faults.js'
import { Knowledge } from './knowledge.js'
import { openLearningProcess, openOrderProcess } from './open-processes.js'
import { type PortCalls, portCalls } from './port-calls.js'
import { type SeededRandom, seededRandom } from './random.js'
import { buyers, courses } from './shop.js'
import type { SimulatedProcess } from './simulated-process.js'
import type { LearningProgram, OrderProgram, SimulatedProgram } from './simulated-program.js'
import type { MakeSimulationHarness, OpenLearning, OpenOrders, SimulationHarness } from './simulation-harness.js'

export interface World {
  readonly seed: number
  readonly random: SeededRandom
  readonly log: EventLog
  readonly faults: FaultPlan
  readonly calls: PortCalls
  readonly harness: SimulationHarness
  /** The gateway's time. The clocks of our processes are `skewMs` ahead of it. */
  readonly clock: SettableClock
  readonly skew: { ms: number }
  readonly latePolicy: LatePaymentPolicy
  readonly orders: readonly SimulatedProcess<OrderProgram>[]
  readonly learning: readonly SimulatedProcess<LearningProgram>[]
  /** Stores opened beside all processes, to look into: no fault is in the way. */
  readonly beside: { readonly orders: OpenOrders; readonly learning: OpenLearning }
  readonly known: Knowledge
  /** Share of payments whose notification never comes. */
  readonly lossRate: number
  /** How many buyers there are. */
  readonly crowd: number
  /** How likely something new begins while calls wait: how much happens at once. */
  readonly haste: number
  /** Sentences of what should never be, as they are noticed. */
  readonly violations: string[]
}

export interface WorldOptions {
  readonly seed: number
  readonly makeHarness: MakeSimulationHarness
  readonly program: SimulatedProgram
}

const policies: readonly LatePaymentPolicy[] = ['fulfil', 'refund', 'hold']

export async function makeWorld({ seed, makeHarness, program }: WorldOptions): Promise<World> {
  const random = seededRandom(seed)
  const log = eventLog()
  const clock = settableClock()
  const skew = { ms: 0 }
  const processClock: Clock = { now: () => clock.now() + skew.ms }
  const latePolicy = random.pick(policies) ?? 'refund'
  const [lossRate, haste] = [random.pick([0, 0.3, 1]) ?? 0, random.pick([0.05, 0.2, 0.5]) ?? 0]
  const crowd = 1 + random.below(buyers.length)
  const faults = faultPlan(random)
  const calls = portCalls({ random, faults, log })
  const harness = await makeHarness({ clock, courses })
  const violations: string[] = []
  const known = new Knowledge()
  const shared = {
    ...{ harness, calls, log, program, latePolicy, clock: processClock },
    ids: sequentialIds(),
    tokens: sequentialTokens(),
    known,
    onNoTrade: (payNo: PayNo) => void known.saidNoTrade.add(payNo),
    passTime: () => clock.advance(random.below(15_000)),
    onBroken: (error: Error) => void violations.push(error.message),
  }
  const paidOrders: PaidOrders = {
    async resendMessage(orderType, businessId) {
      const program = random.pick(orders.flatMap((process) => process.program ?? []))
      if (program === undefined) throw new CheckoutError('store_unavailable', 'No order service runs.')
      known.resends.set(businessId, (known.resends.get(businessId) ?? 0) + 1)
      return program.paidOrders.resendMessage(orderType, businessId)
    },
  }
  const environment = { ...shared, paidOrders }
  const learning = ['learning-a', 'learning-b'].map((name) => openLearningProcess(environment, name))
  const orders: SimulatedProcess<OrderProgram>[] = ['orders-a', 'orders-b'].map((name) =>
    openOrderProcess(environment, name),
  )
  const beside = { orders: await harness.openOrders(clock), learning: await harness.openLearning(clock) }
  return {
    ...{ seed, random, log, faults, calls, harness, clock, skew, latePolicy, orders, learning, beside, known },
    ...{ lossRate, haste, crowd, violations },
  }
}
