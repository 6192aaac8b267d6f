import type { CheckoutErrorCode } from '../../src/index.js'
import type { LearningStore, OrderRepository, OrderStore } from '../../src/ports.js'
import type {
  Contract,
  Harness,
  LearningStoreHarness,
  OrderStoreHarness,
  StoreHarness,
} from '../../testing/contracts/index.js'
import { FAKE_SECRET } from '../harnesses/fake-secret.js'

/** Puts a fault into a harness that was sound. */
export type Sabotage<H extends Harness> = (harness: H) => H

/** A suite, a sound candidate, and for each clause one fault or several that it must notice. */
export interface SabotagedContract {
  readonly portName: string
  readonly clauses: readonly string[]
  /** Runs of one clause, each on a harness with one of the faults that are meant for it. */
  runs(clause: string): readonly (() => Promise<void>)[]
}

export function sabotaged<H extends Harness, Clause extends string>(
  contract: Contract<H, Clause>,
  makeHarness: () => Promise<NoInfer<H>>,
  sabotages: Readonly<Record<NoInfer<Clause>, Sabotage<NoInfer<H>> | readonly Sabotage<NoInfer<H>>[]>>,
): SabotagedContract {
  const faults = new Map<string, Sabotage<H> | readonly Sabotage<H>[]>(Object.entries(sabotages))
  return {
    portName: contract.portName,
    clauses: Object.keys(contract.clauses),
    runs: (clause) =>
      [faults.get(clause) ?? []].flat().map((fault) => async () => {
        await record(contract, async () => fault(await makeHarness())).get(clause)?.()
      }),
  }
}

/** Runs a suite with a runner that keeps the bodies instead of running them. */
function record<H extends Harness, Clause extends string>(
  contract: Contract<H, Clause>,
  makeHarness: () => Promise<H>,
): Map<string, () => Promise<void>> {
  const bodies = new Map<string, () => Promise<void>>()
  const it = Object.assign((name: string, body: () => Promise<void>) => void bodies.set(name, body), { skip: () => {} })
  contract({ describe: (_name, body) => body(), it }, { name: 'sabotaged', makeHarness })
  return bodies
}

/** The same object with some members replaced; getters of the original stay what they are. */
export function changed<Value extends object>(original: Value, changes: Partial<Value>): Value {
  return Object.create(original, Object.getOwnPropertyDescriptors(changes))
}

/** A fault in one port of a store, also after a restart. */
export const inPortOf =
  <Store extends object, H extends StoreHarness<Store>>() =>
  <Name extends keyof Store & string>(name: Name) =>
  (fault: (port: Store[Name], store: Store) => Partial<Store[Name]>): Sabotage<H> =>
  (harness) => {
    const faulty: Partial<StoreHarness<Store>> = {
      get store() {
        const { store } = harness
        return { ...store, [name]: { ...store[name], ...fault(store[name], store) } }
      },
    }
    return changed<H>(harness, faulty as Partial<H>)
  }

export const inOrderStore = inPortOf<OrderStore, OrderStoreHarness>()
export const inLearningStore = inPortOf<LearningStore, LearningStoreHarness>()

/** A fault in how orders are committed. */
export const committing = (
  fault: (commit: OrderRepository['commit'], store: OrderStore) => OrderRepository['commit'],
): Sabotage<OrderStoreHarness> => inOrderStore('orders')((orders, store) => ({ commit: fault(orders.commit, store) }))

const throughout =
  (disguise: (error: unknown) => unknown) =>
  <H extends StoreHarness<object>>(harness: H): H => {
    const faulty: Partial<StoreHarness<object>> = {
      get store() {
        return failingWith(harness.store, disguise)
      },
    }
    return changed<H>(harness, faulty as Partial<H>)
  }

/** Forgets all at a restart; the store's own errors come out as they are; the right errors tell too much. */
export const storeSabotage = <H extends StoreHarness<object>>(makeHarness: () => Promise<H>) =>
  ({
    'keeps what is stored over a restart': forgetful(makeHarness),
    'fails with store_unavailable, and shows no secret, when the store cannot be reached': [
      throughout(untranslated),
      throughout(leaking),
    ],
  }) as const

/** After `reopen` nothing is there any more. */
function forgetful<H extends Harness>(makeHarness: () => Promise<H>): Sabotage<H> {
  return (harness) => {
    let now = harness
    const reopen = async () => {
      now = await makeHarness()
    }
    return new Proxy(harness, {
      get: (_harness, name) => (name === 'reopen' ? reopen : Reflect.get(now, name)),
    })
  }
}

/** Every failure of a store or port comes out as another one. */
export function failingWith<Port extends object>(port: Port, disguise: (error: unknown) => unknown): Port {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member === 'function') {
        return (...values: unknown[]) =>
          Promise.resolve(Reflect.apply(member, target, values)).catch((error: unknown) => {
            throw disguise(error)
          })
      }
      return typeof member === 'object' && member !== null ? failingWith(member, disguise) : member
    },
  })
}

/** Answers as `instead` says where a call fails with this code. */
export const quietly =
  <Given extends unknown[], Answer>(
    call: (...given: Given) => Promise<Answer>,
    code: CheckoutErrorCode,
    instead: Answer,
  ) =>
  (...given: Given): Promise<Answer> =>
    call(...given).catch((error) => {
      if (error.code === code) return instead
      throw error
    })

/** What a driver throws when nobody translates it. */
export function untranslated(): Error {
  return new Error('SQLITE_BUSY: database is locked')
}

/** The right code, but the address of the database stands in the cause. */
export function leaking(error: unknown): unknown {
  return Object.assign(Object(error), { cause: new Error(`mysql://root:${FAKE_SECRET}@db:3306`) })
}

/** Rounds a long id as a JSON number would. */
export const rounded = <Id extends string>(id: Id): Id => String(BigInt(Number(id))) as Id
