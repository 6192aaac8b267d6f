import { CheckoutError } from '@coursepay/core'

/** Reads one address, or several of one cluster with commas between them. Throws `invalid_request`; no address is repeated in the sentence. */
export function readAddresses(text: string): readonly URL[] {
  // A comma may stand in a password too, so only what begins like an address is one.
  return text.split(/,\s*(?=amqps?:)/i).map((address) => {
    const url = /^amqps?:\/\/[^/]/i.test(address) ? URL.parse(address) : null
    if (url === null || url.hostname.includes(',')) throw new CheckoutError('invalid_request', ADVICE)
    return url
  })
}

const ADVICE =
  'A broker address begins with "amqp://" or "amqps://" and names a host; several have commas between them, and each is written out.'

/** The same addresses in the same order, from a random one on, so that many processes spread over a cluster. */
export function fromAnyOn<Address>(addresses: readonly Address[], random: () => number): readonly Address[] {
  const first = Math.floor(random() * addresses.length)
  return [...addresses.slice(first), ...addresses.slice(0, first)]
}

/**
 * Opens something at the first address that works. Each call begins behind the address that worked last, since that node has just been
 * lost. Rejects when none works, with every reason.
 */
export function openInTurn<Thing>(
  addresses: readonly string[],
  open: (address: string, signal: AbortSignal) => Promise<Thing>,
): (signal: AbortSignal) => Promise<Thing> {
  let next = 0
  return async (signal) => {
    const errors: unknown[] = []
    const turn = [...addresses.keys()].map((index) => (next + index) % addresses.length)
    for (const index of turn) {
      signal.throwIfAborted()
      next = (index + 1) % addresses.length
      try {
        return await open(addresses[index] ?? '', signal)
      } catch (error) {
        errors.push(error)
      }
    }
    throw errors.length === 1 ? errors[0] : new AggregateError(errors)
  }
}
