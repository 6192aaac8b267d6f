import { CheckoutError } from '@coursepay/core'

/** The first versions that can skip locked rows, which a claim needs. */
const minVersionByProduct = { MySQL: [8, 0, 1], MariaDB: [10, 6, 0] }

/**
 * Throws `invalid_request` for what `SELECT VERSION()` answers on a server that is too old: `5.7.44-log` is MySQL,
 * `10.5.23-MariaDB-log` is MariaDB, which some proxies show as `5.5.5-10.5.23-MariaDB`.
 */
export function checkServerVersion(text: string): void {
  const product = /mariadb/i.test(text) ? 'MariaDB' : 'MySQL'
  const found = /^(?:5\.5\.5-(?=\d))?(\d+)\.(\d+)\.(\d+)/.exec(text)
  if (found === null) {
    throw new CheckoutError(
      'invalid_request',
      `The database server is not supported: ${text.slice(0, 60)}. Use MySQL or MariaDB.`,
    )
  }
  const version = found.slice(1).map(Number)
  if (rankOfVersionParts(version) >= rankOfVersionParts(minVersionByProduct[product])) return
  throw new CheckoutError(
    'invalid_request',
    `The database server is too old: ${product} ${version.join('.')}. Use MySQL 8.0.1 or MariaDB 10.6, or newer.`,
  )
}

const rankOfVersionParts = ([major = 0, minor = 0, patch = 0]: readonly number[]): number =>
  (major * 1_000 + minor) * 1_000 + patch
