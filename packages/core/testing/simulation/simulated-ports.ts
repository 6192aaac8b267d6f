import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { Scheduler } from '../../src/shared/ports/clock.js'
import type { IdGenerator } from '../../src/shared/ports/generators.js'
import type { MessagePublisher, PublishOutcome } from '../../src/shared/ports/message-publisher.js'
import type { Fault } from './faults.js'
import type { PortCalls, ProcessLife } from './port-calls.js'

/** Methods that write; every other one only reads. */
const WRITES: ReadonlySet<string> = new Set([
  'append',
  'claim',
  'redeliver',
  'reschedule',
  'schedule',
  'settle',
  'tryAcquireQuerySlot',
])

const storeDown = () => new CheckoutError('store_unavailable', 'The simulator made the store fail.')

/** A store whose calls each wait for their turn, and may fail. */
export const simulatedStore = <Store extends object>(store: Store, calls: PortCalls, life: ProcessLife): Store =>
  new Proxy(store, {
    get(target, name) {
      const port: unknown = Reflect.get(target, name)
      return typeof port === 'object' && port !== null ? simulatedPort(String(name), port, calls, life) : port
    },
  })

function simulatedPort(name: string, port: object, calls: PortCalls, life: ProcessLife): object {
  return new Proxy(port, {
    get(target, member) {
      const method: unknown = Reflect.get(target, member)
      if (typeof method !== 'function') return method
      return (...values: unknown[]) => {
        const act = async (): Promise<unknown> => Reflect.apply(method, target, values)
        const call = { life, label: `${name}.${String(member)}`, act }
        if (member === 'commit') return calls.inTurn({ ...call, kind: 'commit', faulty: faultyCommit })
        return calls.inTurn({ ...call, kind: WRITES.has(String(member)) ? 'write' : 'read', faulty: faultyCall })
      }
    },
  })
}

async function faultyCall<Result>(fault: Fault, act: () => Promise<Result>): Promise<Result> {
  if (fault === 'answer_lost') await act()
  throw storeDown()
}

/** Another process committed first, as far as the caller can tell: it reads and decides again. */
async function faultyCommit(fault: Fault, act: () => Promise<unknown>): Promise<unknown> {
  return fault === 'conflict' ? 'conflict' : faultyCall(fault, act)
}

/** The broker as our code reaches it: it may say no, say nothing, or store a message twice. */
export function simulatedPublisher(publisher: MessagePublisher, calls: PortCalls, life: ProcessLife): MessagePublisher {
  return {
    timeLimitMs: publisher.timeLimitMs,
    publish: (message) =>
      calls.inTurn<PublishOutcome>({
        life,
        kind: 'publish',
        label: `publish ${message.messageType} ${message.businessKey1}`,
        act: () => publisher.publish(message),
        async faulty(fault, act) {
          if (fault === 'refused') return { kind: 'refused', reason: 'the simulator refused it' }
          if (fault !== 'lost_before') await act()
          if (fault === 'twice') return act()
          return { kind: 'unknown', reason: 'the simulator lost the answer' }
        },
      }),
  }
}

/** Ids that now and then cannot be had. */
export const simulatedIds = (ids: IdGenerator, calls: PortCalls, life: ProcessLife): IdGenerator => ({
  nextId: () =>
    calls.immediately({
      life,
      kind: 'ids',
      label: 'id',
      act: () => ids.nextId(),
      faulty: () => Promise.reject(new CheckoutError('ids_unavailable', 'The simulator gives no ids now.')),
    }),
})

/** A pause is over when its turn comes: how long it was meant to be is no matter. */
export const simulatedScheduler = (calls: PortCalls, life: ProcessLife): Scheduler => ({
  schedule(_delayMs, task) {
    let isCancelled = false
    void calls.wait(life).then(() => {
      if (!isCancelled) task()
    })
    return () => {
      isCancelled = true
    }
  },
})
