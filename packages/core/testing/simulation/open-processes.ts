import { coursePriceSource } from '../../src/learning/application/course-price-source.js'
import { OrderType } from '../../src/shared/status-codes.js'
import type { ProcessEnvironment } from './process-environment.js'
import { ORDER_LIFE_MS } from './shop.js'
import { simulatedGatewayCalls } from './simulated-gateway-calls.js'
import { simulatedIds } from './simulated-ids.js'
import { type SimulatedProcess, simulatedProcess } from './simulated-process.js'
import type { LearningProgram, OrderProgram } from './simulated-program.js'
import { simulatedPublisher } from './simulated-publisher.js'
import { simulatedScheduler } from './simulated-scheduler.js'
import { simulatedStore } from './simulated-stores.js'

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
        paidOrders: environment.paidOrders,
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
          payAddresses: { notifyUrl: 'https://shop.test/receivenotify', returnUrl: null },
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
