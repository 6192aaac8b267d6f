import type { UnitOfWork } from '../../src/index.js'
import type { Contract, Harness } from '../../testing/contracts/index.js'
import { FAKE_SECRET } from '../harnesses/fake-secret.js'

/** Puts a fault into a harness that was sound. */
export type Sabotage<H extends Harness> = (harness: H) => H

/** A suite, a sound candidate, and for each clause a fault that it must notice. */
export interface SabotagedContract {
  readonly portName: string
  readonly clauses: readonly string[]
  /** Runs one clause on a harness with the fault meant for `sabotagedFor`; undefined when there is no such fault. */
  run(clause: string, sabotagedFor: string): Promise<void> | undefined
}

export function sabotaged<H extends Harness, Clause extends string>(
  contract: Contract<H, Clause>,
  makeHarness: () => Promise<NoInfer<H>>,
  sabotages: Readonly<Record<NoInfer<Clause>, Sabotage<NoInfer<H>>>>,
): SabotagedContract {
  const faults = new Map<string, Sabotage<H>>(Object.entries(sabotages) as [string, Sabotage<H>][])
  return {
    portName: contract.portName,
    clauses: Object.keys(contract.clauses),
    run(clause, sabotagedFor) {
      const fault = faults.get(sabotagedFor)
      if (fault === undefined) return undefined
      const recorded = record(contract, async () => fault(await makeHarness()))
      return recorded.get(clause)?.()
    },
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

interface WithStores<Stores> extends Harness {
  readonly stores: Stores
  readonly unitOfWork: UnitOfWork<Stores>
  reopen(): Promise<void>
}

/** A fault in the stores, outside of a unit of work and inside. */
export function inStores<Stores, H extends WithStores<Stores>>(
  harness: H,
  fault: (stores: Stores, bound: boolean) => Stores,
): H {
  const faulty: WithStores<Stores> = {
    get stores() {
      return fault(harness.stores, false)
    },
    unitOfWork: { run: (work) => harness.unitOfWork.run((stores) => work(fault(stores, true))) },
    reopen: harness.reopen,
    dispose: harness.dispose,
  }
  return changed<H>(harness, faulty as Partial<H>)
}

/** A fault in one store. */
export const inStore =
  <Stores extends object, Name extends keyof Stores, H extends WithStores<Stores>>(name: Name) =>
  (fault: (store: Stores[Name], bound: boolean) => Partial<Stores[Name]>): Sabotage<H> =>
  (harness) =>
    inStores<Stores, H>(harness, (stores, bound) => ({
      ...stores,
      [name]: { ...stores[name], ...fault(stores[name], bound) },
    }))

/** No transaction at all: every write stays, whatever becomes of the unit. */
export const withoutTransaction = <H extends WithStores<unknown>>(harness: H): H =>
  changed<H>(harness, { unitOfWork: { run: (work) => work(harness.stores) } } as Partial<
    WithStores<unknown>
  > as Partial<H>)

/** Reads from outside see what an open unit of work has written. */
export function readsUncommitted<H extends WithStores<unknown>>(harness: H): H {
  let open: unknown = null
  const faulty: Partial<WithStores<unknown>> = {
    get stores() {
      return new Proxy(Object(harness.stores), {
        get: (stores, name) => Reflect.get(Object(open ?? stores), name),
      })
    },
    unitOfWork: {
      run: (work) =>
        harness.unitOfWork.run(async (stores) => {
          open = stores
          return work(stores).finally(() => {
            open = null
          })
        }),
    },
  }
  return changed<H>(harness, faulty as Partial<H>)
}

/** After `reopen` nothing is there any more. */
export const forgetful =
  <H extends Harness & { reopen(): Promise<void> }>(makeHarness: () => Promise<H>): Sabotage<H> =>
  (harness) => {
    let now = harness
    const reopen = async () => {
      now = await makeHarness()
    }
    return new Proxy(harness, {
      get: (_harness, name) => (name === 'reopen' ? reopen : Reflect.get(now, name)),
    })
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

/** What a driver throws when nobody translates it. */
export const untranslated = () => new Error('SQLITE_BUSY: database is locked')

/** The right code, but the address of the database stands in the cause. */
export const leaking = (error: unknown) =>
  Object.assign(Object(error), { cause: new Error(`mysql://root:${FAKE_SECRET}@db:3306`) })

/** Rounds a long id as a JSON number would. */
export const rounded = <Id extends string>(id: Id): Id => String(BigInt(Number(id))) as Id
