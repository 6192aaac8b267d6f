import { CheckoutError } from '@coursepay/core'
import { type MysqlAddress, readMysqlAddress } from './mysql/mysql-address.js'

/** Where the data is, as `DATABASE_URL` says it. */
export type DatabaseAddress =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'temporary' }
  | { readonly kind: 'mysql'; readonly address: MysqlAddress }

/** Reads an address. Throws `invalid_request`; the sentence names the scheme only, since the rest may hold a password. */
export function readDatabaseAddress(address: string): DatabaseAddress {
  const colon = address.indexOf(':')
  const scheme = colon === -1 ? '' : address.slice(0, colon).toLowerCase()
  if (scheme === 'sqlite') return readSqlite(address.slice(colon + 1).replace(/^\/\//, ''))
  if (scheme === 'mysql' || scheme === 'mariadb') return { kind: 'mysql', address: readMysqlAddress(address) }
  const found = /^[a-z][a-z\d+.-]*$/.test(scheme) ? `"${scheme}:"` : 'something else'
  throw new CheckoutError('invalid_request', `A database address begins with "sqlite:" or "mysql:", not with ${found}.`)
}

/** Finds out, before anything is opened, whether an address can be one. Throws as `openDatabase` would. */
export function checkDatabaseAddress(address: string): void {
  readDatabaseAddress(address)
}

function readSqlite(file: string): DatabaseAddress {
  if (file === ':memory:') return { kind: 'temporary' }
  if (file !== '') return { kind: 'sqlite', file }
  throw new CheckoutError('invalid_request', 'A SQLite address names a file, such as "sqlite:./data/coursepay.db".')
}
