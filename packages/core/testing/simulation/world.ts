import type { LatePaymentPolicy } from '../../src/orders/domain/payment-evidence.js'
import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import type { Clock } from '../../src/shared/ports/clock.js'
import { sequentialIds, sequentialTokens } from '../fakes/sequential-ids.js'
import { settableClock } from '../fakes/settable-clock.js'
import { eventLog } from './event-log.js'
import { faultPlan } from './faults.js'
import { Knowledge } from './knowledge.js'
import { openLearningProcess, openOrderProcess, type ProcessEnvironment } from './open-processes.js'
import { portCalls } from './port-calls.js'
import { seededRandom } from './random.js'
import { buyers, courses } from './shop.js'
import type { SimulatedProgram } from './simulated-program.js'
import type { MakeSimulationHarness } from './simulation-harness.js'

export type World = Readonly<Awaited<ReturnType<typeof makeWorld>>>

export interface WorldOptions {
  readonly seed: number
  readonly makeHarness: MakeSimulationHarness
  readonly program: SimulatedProgram
}

const latePolicies: readonly LatePaymentPolicy[] = ['fulfil', 'refund', 'hold']

export async function makeWorld({ seed, makeHarness, program }: WorldOptions) {
  const random = seededRandom(seed)
  const log = eventLog()
  /** The gateway's time. The clocks of our processes are `skew` ahead of it. */
  const clock = settableClock()
  const skew = { ms: 0 }
  const processClock: Clock = { now: () => clock.now() + skew.ms }
  const latePolicy = random.pick(latePolicies) ?? 'refund'
  /** Share of payments whose notification never comes. */
  const notificationLossRate = random.pick([0, 0.3, 1]) ?? 0
  /** How likely something new begins while calls wait: how much happens at once. */
  const newActionShare = random.pick([0.05, 0.2, 0.5]) ?? 0
  /** How many buyers there are. */
  const buyerCount = 1 + random.integerBelow(buyers.length)
  const faults = faultPlan(random)
  const calls = portCalls({ random, faults, log })
  const harness = await makeHarness({ clock, courses })
  /** Sentences of what should never be, as they are noticed. */
  const violations: string[] = []
  const known = new Knowledge()
  const environment: ProcessEnvironment = {
    ...{ harness, calls, log, program, latePolicy, known, clock: processClock },
    ids: sequentialIds(),
    tokens: sequentialTokens(),
    onNoTrade: (payNo: PayNo) => void known.payNosWithoutTrade.add(payNo),
    passTime: () => clock.advance(random.integerBelow(15_000)),
    onBroken: (error) => void violations.push(error.message),
    paidMessageResender: {
      async resendMessage(orderType, businessId) {
        const any = random.pick(orders.flatMap((process) => process.program ?? []))
        if (any === undefined) throw new CheckoutError('store_unavailable', 'No order service runs.')
        known.resends.set(businessId, (known.resends.get(businessId) ?? 0) + 1)
        return any.paidMessageResender.resendMessage(orderType, businessId)
      },
    },
  }
  const learning = ['learning-a', 'learning-b'].map((name) => openLearningProcess(environment, name))
  const orders = ['orders-a', 'orders-b'].map((name) => openOrderProcess(environment, name))
  /** Stores opened beside all processes, to look into: no fault is in the way. */
  const directStores = { orders: await harness.openOrders(clock), learning: await harness.openLearning(clock) }
  return {
    random,
    log,
    faults,
    calls,
    harness,
    clock,
    skew,
    latePolicy,
    orders,
    learning,
    directStores,
    known,
    notificationLossRate,
    newActionShare,
    buyerCount,
    violations,
  }
}
