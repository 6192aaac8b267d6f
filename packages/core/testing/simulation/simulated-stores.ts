import { CheckoutError } from '../../src/shared/checkout-error.js'
import type { Fault } from './faults.js'
import type { PortCalls } from './port-calls.js'
import type { Life } from './turns.js'

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
export const simulatedStore = <Store extends object>(store: Store, calls: PortCalls, life: Life): Store =>
  new Proxy(store, {
    get(target, name) {
      const port: unknown = Reflect.get(target, name)
      return typeof port === 'object' && port !== null ? simulatedPort(String(name), port, calls, life) : port
    },
  })

function simulatedPort(name: string, port: object, calls: PortCalls, life: Life): object {
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
