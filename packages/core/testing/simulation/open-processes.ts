import { coursePriceSource } from '../../src/learning/application/course-price-source.js'
import type { LatePaymentPolicy } from '../../src/orders/domain/payment-evidence.js'
import type { Clock } from '../../src/shared/ports/clock.js'
import type { IdGenerator, PayTokenGenerator } from '../../src/shared/ports/generators.js'
import type { PaidMessageResender } from '../../src/shared/ports/paid-message-resender.js'
import { OrderType } from '../../src/shared/status-codes.js'
import type { EventLog } from './event-log.js'
import type { PortCalls } from './port-calls.js'
import { ORDER_LIFE_MS } from './shop.js'
import { type GatewayObserver, simulatedGatewayCalls } from './simulated-gateway-calls.js'
import { simulatedIds, simulatedPublisher, simulatedScheduler, simulatedStore } from './simulated-ports.js'
import { type BrokenProgram, type SimulatedProcess, simulatedProcess } from './simulated-process.js'
import type { LearningProgram, OrderProgram, SimulatedProgram } from './simulated-program.js'
import type { SimulationHarness } from './simulation-harness.js'

export interface ProcessEnvironment extends GatewayObserver {
  readonly harness: SimulationHarness
  readonly calls: PortCalls
  readonly log: EventLog
  readonly program: SimulatedProgram
  readonly latePolicy: LatePaymentPolicy
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly tokens: PayTokenGenerator
  readonly onBroken: (error: BrokenProgram) => void
  /** How the learning centre reaches the order service. */
  readonly paidMessageResender: PaidMessageResender
}

/** The learning centre: its own store, and no gateway. */
export function openLearningProcess(environment: ProcessEnvironment, name: string): SimulatedProcess<LearningProgram> {
  const { harness, calls, log, program, clock, ids, onBroken } = environment
  return simulatedProcess({
    ...{ name, calls, log, onBroken },
    async open(life) {
      const opened = await harness.openLearning(clock)
      const parts = {
        store: simulatedStore(opened.store, calls, life),
        clock,
        scheduler: simulatedScheduler(calls, life),
        ids: simulatedIds(ids, calls, life),
        paidMessageResender: environment.paidMessageResender,
      }
      return { program: program.learning(parts), crash: opened.crash }
    },
  })
}

/** The order service. It asks for prices where the choices are, over a connection of its own. */
export function openOrderProcess(environment: ProcessEnvironment, name: string): SimulatedProcess<OrderProgram> {
  const { harness, calls, log, program, latePolicy, clock, ids, tokens, onBroken } = environment
  return simulatedProcess({
    ...{ name, calls, log, onBroken },
    async open(life) {
      const [opened, choices] = [await harness.openOrders(clock), await harness.openLearning(clock)]
      const prices = coursePriceSource({ store: simulatedStore(choices.store, calls, life) })
      const { gateway, notifyReader, bills } = harness.gateway
      const parts = {
        store: simulatedStore(opened.store, calls, life),
        scheduler: simulatedScheduler(calls, life),
        gateway: simulatedGatewayCalls(gateway, calls, life, environment),
        publisher: simulatedPublisher(harness.broker.publisher, calls, life),
        ids: simulatedIds(ids, calls, life),
        priceSources: { [OrderType.course]: prices },
        ...{ notifyReader, bills, clock, tokens },
        wakeRelay: () => {},
        settings: {
          ...{ orderTimeToLiveMs: ORDER_LIFE_MS, latePolicy, queryIntervalMs: 1_000, queriesPerSecond: 1_000 },
          callbackUrls: { notifyUrl: 'https://shop.test/receivenotify', returnUrl: null },
        },
      }
      const crash = () => {
        opened.crash()
        choices.crash()
      }
      return { program: program.orders(parts), crash }
    },
  })
}
