import { CheckoutError } from '@coursepay/core'

/** Of an import that finds no package; `MODULE_NOT_FOUND` where a bundler made it a `require`. */
const MODULE_NOT_FOUND_CODES = new Set<unknown>(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])

/**
 * Loads what stands on a driver. Drivers are optional peers: who uses MySQL installs no SQLite, and the other way
 * round. Throws `invalid_request` with what to install when the driver is not there.
 */
export async function withDriver<Loaded>(driver: string, load: () => Promise<Loaded>): Promise<Loaded> {
  refuseOldNode(driver, process.versions.node)
  try {
    return await load()
  } catch (error) {
    if (!isDriverMissing(driver, error)) throw error
    throw new CheckoutError('invalid_request', `This database needs the package ${driver}: npm install ${driver}`, {
      cause: error,
    })
  }
}

/** better-sqlite3 ends an older Node with a segmentation fault. Throws `invalid_request`. */
export function refuseOldNode(driver: string, version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 14)) return
  throw new CheckoutError('invalid_request', `${driver} needs Node.js 22.14 or newer; this is ${version}.`)
}

const isDriverMissing = (driver: string, error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  MODULE_NOT_FOUND_CODES.has(error.code) &&
  error.message.includes(`'${driver}'`)
