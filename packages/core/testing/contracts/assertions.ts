import { CheckoutError, type CheckoutErrorCode } from '../../src/shared/checkout-error.js'
import type { HarnessWithSecrets } from './define-contract.js'

/** Tiny assertions of our own, so that the suites need no test framework. Each throws a sentence. */

export function ensure(holds: boolean, failureSentence: string): asserts holds {
  if (!holds) throw new Error(failureSentence)
}

/** Compares by content: plain objects, arrays and bytes. A member that is undefined counts as absent. */
export function equal<Value>(actual: Value, expected: Value, what = 'the answer'): void {
  const difference = findDifference(actual, expected, what)
  if (difference !== null) throw new Error(difference)
}

/** The promise fails with this code of `CheckoutError`. Returns the error. */
export async function rejectsWithCode(promise: Promise<unknown>, code: CheckoutErrorCode): Promise<CheckoutError> {
  const error = await failureOf(promise)
  ensure(CheckoutError.isInstance(error), `Expected the error ${code}, got ${String(error)}.`)
  equal(error.code, code, 'the code of the error')
  return error
}

/** What the promise fails with; throws when it does not fail. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('Expected a failure, but it went well.')
}

/** Everything an error shows when it is logged: its texts, its members and its causes. */
export function errorText(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null || depth > 5) return String(error)
  const own = Object.getOwnPropertyNames(error).map((name) => errorText(Reflect.get(error, name), depth + 1))
  return [String(error), ...own].join('\n')
}

/** No error, reason or answer shows a secret of the harness. */
export function showsNoSecret({ secrets }: Pick<HarnessWithSecrets, 'secrets'>, ...shown: unknown[]): void {
  ensure(secrets.length > 0, 'The harness names at least one secret.')
  const text = shown.map((each) => errorText(each)).join('\n')
  ensure(!secrets.some((secret) => text.includes(secret)), 'A secret is shown.')
}

function findDifference(actual: unknown, expected: unknown, path: string): string | null {
  if (Object.is(actual, expected)) return null
  // Their content is not in their members: they would always seem equal.
  if (expected instanceof Set || expected instanceof Map) throw new TypeError('Compare a Set or a Map as an array.')
  if (!isObject(actual) || !isObject(expected) || Array.isArray(actual) !== Array.isArray(expected)) {
    return `Expected ${path} to be ${show(expected)}, got ${show(actual)}.`
  }
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)])
  for (const name of names) {
    const difference = findDifference(Reflect.get(actual, name), Reflect.get(expected, name), `${path}.${name}`)
    if (difference !== null) return difference
  }
  return null
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

const show = (value: unknown): string =>
  value === undefined ? 'undefined' : typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value))
