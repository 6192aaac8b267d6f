import { connect } from 'node:net'

/** A server that some tests need: where it is, and why those tests are left out when it is not there. */
export interface Service {
  /** Product and version, such as `MySQL 9.7.4`; the product alone when only that is known. */
  readonly name: string
  readonly url: string
  /** A sentence when it does not answer; null when it does. */
  readonly missing: string | null
}

/**
 * Looks whether a server listens at the address. With `REQUIRE_SERVICES=1` it must: then this throws, so that the test
 * file fails instead of being left out.
 */
export async function findService(name: string, url: string, defaultPort: number): Promise<Service> {
  const { hostname, port } = new URL(url)
  const where = `${hostname}:${port || defaultPort}`
  if (await listens(hostname, Number(port || defaultPort))) return { name, url, missing: null }
  const missing = `${name} does not answer at ${where}`
  if (process.env.REQUIRE_SERVICES === '1') throw new Error(`${missing}, and REQUIRE_SERVICES=1 says that it must.`)
  return { name, url, missing }
}

/** The suite's name with its server's, and the reason behind it when the suite is left out. */
export const named = (title: string, { name, missing }: Service): string =>
  missing === null ? `${title} on ${name}` : `${title} on ${name} (skipped: ${missing})`

function listens(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 })
    const answer = (found: boolean) => () => {
      socket.destroy()
      resolve(found)
    }
    socket.once('connect', answer(true)).once('error', answer(false)).once('timeout', answer(false))
  })
}
