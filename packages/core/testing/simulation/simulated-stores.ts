import { CheckoutError } from '../../shared/checkout-error.js'
import type { Fault } from './faults.js'
import type { PortCalls } from './port-calls.js'
import type { Life } from './turns.js'
import { rowsOf } from './written-rows.js'

/** Methods that only read; every other one writes. */
const READS: ReadonlySet<string> = new Set([
  'find',
  'findBy',
  'findCurrent',
  'list',
  'listOf',
  'listOverdue',
  'listDue',
  'page',
])

export const isRead = (method: string): boolean => READS.has(method)

export const storeDown = () => new CheckoutError('store_unavailable', 'The simulator made the store fail.')

/** A call of a method of a store, about to be made. */
export interface StoreCall {
  readonly store: string
  readonly method: string
  readonly values: readonly unknown[]
}

/** The same stores, each of whose calls goes through `intercept`. */
export function interceptedStores<Stores extends object>(
  stores: Stores,
  intercept: (call: StoreCall, act: () => Promise<unknown>) => Promise<unknown>,
): Stores {
  const wrapped = new Map<PropertyKey, object>()
  return new Proxy(stores, {
    get(target, name) {
      const store: unknown = Reflect.get(target, name)
      if (typeof store !== 'object' || store === null) return store
      const known = wrapped.get(name) ?? interceptedStore(String(name), store, intercept)
      wrapped.set(name, known)
      return known
    },
  })
}

/** One store, or any port whose methods all answer with a promise. */
export function interceptedStore<Store extends object>(
  name: string,
  store: Store,
  intercept: (call: StoreCall, act: () => Promise<unknown>) => Promise<unknown>,
): Store {
  return new Proxy(store, {
    get(target, member) {
      const method: unknown = Reflect.get(target, member)
      if (typeof method !== 'function') return method
      return (...values: unknown[]) =>
        intercept({ store: name, method: String(member), values }, async () => Reflect.apply(method, target, values))
    },
  })
}

export const methodOf = <Stores extends object>(
  stores: Stores,
  { store, method, values }: StoreCall,
): Promise<unknown> => {
  const target: unknown = Reflect.get(stores, store)
  const found: unknown = Reflect.get(Object(target), method)
  if (typeof found !== 'function') throw new TypeError(`There is no ${store}.${method}.`)
  return Promise.resolve(Reflect.apply(found, target, values))
}

/** What comes of a call of a store under a fault. */
export async function faultyStoreCall<Result>(fault: Fault, act: () => Promise<Result>): Promise<Result> {
  if (fault === 'answer_lost') await act()
  throw storeDown()
}

/** The stores outside of a unit of work: each call waits for its turn. */
export const separateStores = <Stores extends object>(stores: Stores, calls: PortCalls, life: Life): Stores =>
  interceptedStores(stores, (call, act) => {
    const label = `${call.store}.${call.method}`
    if (isRead(call.method)) return calls.inTurn({ life, kind: 'read', label, act, faulty: faultyStoreCall })
    return calls.inTurn({ life, kind: 'write', label, act: noting(calls, call, act), faulty: faultyStoreCall })
  })

/** The stores inside of one: nobody else has a turn meanwhile. */
export const boundStores = <Stores extends object>(stores: Stores, calls: PortCalls, life: Life): Stores =>
  interceptedStores(stores, (call, act) => {
    const label = `  ${call.store}.${call.method}`
    const noted = isRead(call.method) ? act : noting(calls, call, act)
    return calls.atOnce({ life, kind: 'withinUnit', label, act: noted, faulty: faultyStoreCall })
  })

/** Keeps in mind which rows were written. */
const noting = (calls: PortCalls, call: StoreCall, act: () => Promise<unknown>) => async () => {
  const answer = await act()
  calls.written.note(rowsOf(call))
  return answer
}
