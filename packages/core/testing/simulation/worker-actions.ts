import { type Action, anyOf } from './action.js'
import { ORDER_LIFE_MS } from './shop.js'
import type { OrderProgram } from './simulated-program.js'
import type { World } from './world.js'

export const workerActions: readonly Action[] = [
  { name: 'poller', weight: 4, begin: (world) => round(world, 'pollPayments') },
  { name: 'sweeper', weight: 2, begin: (world) => round(world, 'expireOrders') },
  { name: 'refund worker', weight: 3, begin: (world) => round(world, 'processDueRefunds') },
  { name: 'relay', weight: 5, begin: (world) => round(world, 'relay') },
  { name: 'resend', weight: 1, begin: resendPaid },
  { name: 'consume', weight: 10, ready: ({ harness }) => harness.broker.waiting() > 0, begin: consume },
  { name: 'wait', weight: 5, begin: wait },
  { name: 'turn our clocks', weight: 1, begin: turnClocks },
]

export function round(world: World, worker: keyof OrderProgram['workers']): void {
  anyOf(world, world.orders).run(worker, ({ workers }) => workers[worker]())
}

function resendPaid(world: World): void {
  anyOf(world, world.learning).run('resend', ({ resendPaidMessages }) => resendPaidMessages())
}

/** The queue hands messages to any reader, mostly the oldest first. A reader that dies gives its message back. */
export function consume(world: World): void {
  const { random, harness } = world
  const index = random.chance(0.7) ? 0 : random.below(harness.broker.waiting())
  const delivery = harness.broker.take(index)
  if (delivery === null) return
  const { message } = delivery
  const task = async (receive: (received: typeof message) => Promise<void>) => {
    try {
      await receive(message)
      delivery.taken()
    } catch (error) {
      delivery.failed(String(error))
      throw error
    }
  }
  const label = `reads ${message.messageType} ${message.businessKey1}`
  anyOf(world, world.learning).run(label, ({ service }) => task(service.receivePayResult), delivery.returned)
}

function wait({ random, clock, log }: World): void {
  const longest = random.pick([1_000, 1_000, 10_000, 10_000, 10_000, 70_000, 70_000, 2 * ORDER_LIFE_MS]) ?? 0
  const ms = random.below(longest)
  clock.advance(ms)
  log.write(`${ms} ms pass`)
}

/** They are set by hand, or step back: the gateway's clock stays right. */
function turnClocks({ random, skew, log }: World): void {
  const widest = random.pick([0, 3_000, 60_000]) ?? 0
  skew.ms = random.below(2 * widest + 1) - widest
  log.write(`our clocks are ${skew.ms} ms ahead`)
}
