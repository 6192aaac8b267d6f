import type { LatePaymentPolicy } from '../../src/orders/domain/payment-evidence.js'
import type { PayNo } from '../../src/shared/identifiers.js'
import type { Clock } from '../../src/shared/ports/clock.js'
import type { IdGenerator, PayTokenGenerator } from '../../src/shared/ports/generators.js'
import type { PaidOrders } from '../../src/shared/ports/paid-orders.js'
import type { EventLog } from './event-log.js'
import type { Knowledge } from './knowledge.js'
import type { PortCalls } from './port-calls.js'
import type { BrokenProgram } from './simulated-process.js'
import type { SimulatedProgram } from './simulated-program.js'
import type { SimulationHarness } from './simulation-harness.js'

export interface ProcessEnvironment {
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
  /** How the learning centre reaches the order service. */
  readonly paidOrders: PaidOrders
}
