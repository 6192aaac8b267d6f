import { priceOfChoice } from '../../learning/application/price-of-choice.js'
import type { LatePaymentPolicy } from '../../orders/domain/payment-evidence.js'
import type { PayTokenGenerator } from '../../orders/ports/pay-token-generator.js'
import type { PayNo } from '../../shared/identifiers.js'
import type { Clock } from '../../shared/ports/clock.js'
import type { IdGenerator } from '../../shared/ports/id-generator.js'
import { OrderType } from '../../shared/status-codes.js'
import type { EventLog } from './event-log.js'
import type { Knowledge } from './knowledge.js'
import type { PortCalls } from './port-calls.js'
import { ORDER_LIFE_MS } from './shop.js'
import { simulatedGatewayCalls } from './simulated-gateway-calls.js'
import { simulatedIds } from './simulated-ids.js'
import { type BrokenProgram, type SimulatedProcess, simulatedProcess } from './simulated-process.js'
import type { LearningProgram, OrderProgram, SimulatedProgram } from './simulated-program.js'
import { simulatedPublisher } from './simulated-publisher.js'
import { separateStores } from './simulated-stores.js'
import { simulatedUnitOfWork } from './simulated-unit-of-work.js'
import type { SimulationHarness } from './simulation-harness.js'

/** What processes are opened on. */
export interface Surroundings {
  readonly harness: SimulationHarness
  readonly calls: PortCalls
  readonly log: EventLog
  readonly program: SimulatedProgram
  readonly latePolicy: LatePaymentPolicy
  readonly clock: Clock
  readonly ids: IdGenerator
  readonly tokens: PayTokenGenerator
  /** A call that got no answer took its time. */
  readonly passTime: () => void
  readonly onNoTrade: (payNo: PayNo) => void
  readonly known: Pick<Knowledge, 'takenRefunds'>
  readonly onBroken: (error: BrokenProgram) => void
}

/** The learning centre: its own store, and no gateway. */
export function openLearningProcess(surroundings: Surroundings, name: string): SimulatedProcess<LearningProgram> {
  const { harness, calls, log, program, clock, ids, onBroken } = surroundings
  return simulatedProcess({
    ...{ name, calls, log, onBroken },
    async open(life) {
      const opened = await harness.openLearning(clock)
      const parts = {
        stores: separateStores(opened.stores, calls, life),
        unitOfWork: simulatedUnitOfWork(opened, calls, life),
        catalogue: opened.catalogue,
        clock,
        ids: simulatedIds(ids, calls, life),
      }
      return { program: program.learning(parts), crash: opened.crash }
    },
  })
}

/** The order service. It asks for prices where the choices are, over a connection of its own. */
export function openOrderProcess(surroundings: Surroundings, name: string): SimulatedProcess<OrderProgram> {
  const { harness, calls, log, program, latePolicy, clock, ids, tokens, onBroken } = surroundings
  return simulatedProcess({
    ...{ name, calls, log, onBroken },
    async open(life) {
      const [opened, choices] = [await harness.openOrders(clock), await harness.openLearning(clock)]
      const prices = priceOfChoice({ stores: separateStores(choices.stores, calls, life) })
      const { gateway, notifyReader, bills } = harness.gateway
      const parts = {
        stores: separateStores(opened.stores, calls, life),
        unitOfWork: simulatedUnitOfWork(opened, calls, life),
        gateway: simulatedGatewayCalls(gateway, calls, life, surroundings),
        publisher: simulatedPublisher(harness.broker.publisher, calls, life),
        ids: simulatedIds(ids, calls, life),
        priceSources: { [OrderType.course]: prices },
        ...{ notifyReader, bills, clock, tokens },
        ...{ ledger: opened.ledger, operations: opened.operations, outboxInspection: opened.outboxInspection },
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
