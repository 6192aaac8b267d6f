import { CheckoutError } from '../../shared/checkout-error.js'
import type { CallKind, Fault } from './faults.js'
import type { PortCalls } from './port-calls.js'
import type { Life } from './turns.js'

/** Methods that only read; every other one writes. */
const READS: ReadonlySet<string> = new Set([
  'find',
  'findByBusiness',
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
  interceptedStores(stores, ({ store, method }, act) => {
    const kind: CallKind = isRead(method) ? 'read' : 'write'
    return calls.inTurn({ life, kind, label: `${store}.${method}`, act, faulty: faultyStoreCall })
  })

/** The stores inside of one: nobody else has a turn meanwhile. */
export const boundStores = <Stores extends object>(stores: Stores, calls: PortCalls, life: Life): Stores =>
  interceptedStores(stores, ({ store, method }, act) =>
    calls.atOnce({ life, kind: 'withinUnit', label: `  ${store}.${method}`, act, faulty: faultyStoreCall }),
  )
