import { CheckoutError } from '@coursepay/core'

/** Of an import that finds no package; `MODULE_NOT_FOUND` where a bundler made it a `require`. */
const NOT_FOUND = new Set<unknown>(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

/**
 * Loads what stands on a driver. Drivers are optional peers: who uses MySQL installs no SQLite, and the other way round.
 * Throws `invalid_request` with what to install when the driver is not there.
 */
export async function withDriver<Loaded>(driver: string, load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(driver, error)) throw error
    throw new CheckoutError('invalid_request', `This database needs the package ${driver}: npm install ${driver}`, {
      cause: error,
    })
  }
}

const isMissing = (driver: string, error: unknown): boolean =>
  error instanceof Error && 'code' in error && NOT_FOUND.has(error.code) && error.message.includes(`'${driver}'`)
