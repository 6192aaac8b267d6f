import { pickProcess, type SimulationAction } from './action.js'
import { ORDER_LIFE_MS } from './shop.js'
import type { OrderProgram } from './simulated-program.js'
import type { World } from './world.js'

export const workerActions: readonly SimulationAction[] = [
  { name: 'poller', weight: 4, begin: (world) => runWorkerOnce(world, 'pollPayments') },
  { name: 'sweeper', weight: 2, begin: (world) => runWorkerOnce(world, 'expireOrders') },
  { name: 'refund worker', weight: 3, begin: (world) => runWorkerOnce(world, 'processDueRefunds') },
  { name: 'relay', weight: 5, begin: (world) => runWorkerOnce(world, 'relay') },
  { name: 'resend', weight: 1, begin: resendPaid },
  { name: 'consume', weight: 10, isReady: ({ harness }) => harness.broker.waiting() > 0, begin: consumeMessage },
  { name: 'wait', weight: 5, begin: passTime },
  { name: 'turn our clocks', weight: 1, begin: skewClocks },
]

export function runWorkerOnce(world: World, worker: keyof OrderProgram['workers']): void {
  pickProcess(world, world.orders).run(worker, ({ workers }) => workers[worker]())
}

function resendPaid(world: World): void {
  pickProcess(world, world.learning).run('resend', ({ resendPaidMessages }) => resendPaidMessages())
}

/** The queue hands messages to any reader, mostly the oldest first. A reader that dies gives its message back. */
export function consumeMessage(world: World): void {
  const { random, harness } = world
  const index = random.chance(0.7) ? 0 : random.integerBelow(harness.broker.waiting())
  const delivery = harness.broker.take(index)
  if (delivery === null) return
  const { message } = delivery
  const task = async (receive: (received: typeof message) => Promise<void>) => {
    try {
      await receive(message)
      delivery.acknowledge()
    } catch (error) {
      delivery.fail(String(error))
      throw error
    }
  }
  const label = `reads ${message.messageType} ${message.businessKey1}`
  pickProcess(world, world.learning).run(label, ({ service }) => task(service.receivePayResult), delivery.requeue)
}

function passTime({ random, clock, log }: World): void {
  const longest = random.pick([1_000, 1_000, 10_000, 10_000, 10_000, 70_000, 70_000, 2 * ORDER_LIFE_MS]) ?? 0
  const ms = random.integerBelow(longest)
  clock.advance(ms)
  log.write(`${ms} ms pass`)
}

/** They are set by hand, or step back: the gateway's clock stays right. */
function skewClocks({ random, skew, log }: World): void {
  const widest = random.pick([0, 3_000, 60_000]) ?? 0
  skew.ms = random.integerBelow(2 * widest + 1) - widest
  log.write(`our clocks are ${skew.ms} ms ahead`)
}
