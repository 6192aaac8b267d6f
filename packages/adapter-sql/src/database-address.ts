import { CheckoutError } from '@coursepay/core'
import { isLoopback, type MysqlAddress, readMysqlAddress } from './mysql/mysql-address.js'

/** Where the data is. */
export type DatabaseAddress =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'temporary' }
  | { readonly kind: 'mysql'; readonly address: MysqlAddress; readonly warning: string | null }

/** What a host's knex or pool of mysql2 is, as far as its settings go. */
interface HostKnex {
  readonly client: { readonly config: { readonly client?: unknown; readonly connection?: unknown } }
}
interface HostPool {
  readonly config?: unknown
  readonly pool?: unknown
}

/**
 * One of three. `url`: `sqlite:./data/coursepay.db` (the folder is made), `sqlite::memory:` for one that goes with
 * `close`, or `mysql://user:password@host:3306/database` (MySQL or MariaDB; options: see `MysqlAddressOptions`). `knex` and
 * `pool` (of mysql2): the same database as the host's; the store reads the settings and opens connections of its own,
 * since its sessions are set up another way.
 */
export type DatabaseSource =
  | { readonly url: string; readonly knex?: never; readonly pool?: never }
  | { readonly knex: HostKnex; readonly url?: never; readonly pool?: never }
  | { readonly pool: HostPool; readonly url?: never; readonly knex?: never }

/**
 * Throws `invalid_request`; the sentence shows nothing of the address but its scheme and its options, since the rest
 * may hold a password.
 */
export function addressOf(source: DatabaseSource): DatabaseAddress {
  const given = Object.values({ url: source?.url, knex: source?.knex, pool: source?.pool })
  if (given.filter((each) => each !== undefined).length !== 1)
    throw new CheckoutError('invalid_request', 'sqlStore needs exactly one of url, knex and pool (of mysql2).')
  if (source.url !== undefined) return readDatabaseAddress(source.url)
  if (source.knex !== undefined) return addressOfKnexConfig(source.knex.client.config)
  return withUnencryptedWarning(mysqlAddressOfSettings(connectionOfPool(source.pool)))
}

/** Reads an address as `DATABASE_URL` has it. */
export function readDatabaseAddress(address: string): DatabaseAddress {
  const colon = address.indexOf(':')
  const scheme = colon === -1 ? '' : address.slice(0, colon).toLowerCase()
  if (scheme === 'sqlite') return sqliteAddressOfFile(address.slice(colon + 1).replace(/^\/\//, ''))
  if (scheme === 'mysql' || scheme === 'mariadb') return withUnencryptedWarning(readMysqlAddress(address))
  const found = /^[a-z][a-z\d+.-]*$/.test(scheme) ? `"${scheme}:"` : 'something else'
  throw new CheckoutError(
    'invalid_request',
    `A database address must begin with "sqlite:" or "mysql:", not with ${found}.`,
  )
}

/** Finds out, before anything is opened, whether an address can be one. Throws as `sqlStore` would. */
export const checkDatabaseAddress = (address: string): void => void readDatabaseAddress(address)

function sqliteAddressOfFile(file: string): DatabaseAddress {
  if (file === ':memory:') return { kind: 'temporary' }
  if (file !== '') return { kind: 'sqlite', file }
  throw new CheckoutError('invalid_request', 'A SQLite address must name a file, such as "sqlite:./data/coursepay.db".')
}

function withUnencryptedWarning(address: MysqlAddress): DatabaseAddress {
  const isOpen = address.options.tls === 'off' && !isLoopback(address.host)
  const warning = `The connection to the database at ${address.host} is not encrypted (tls=off): use it in a private network only.`
  return { kind: 'mysql', address, warning: isOpen ? warning : null }
}

function addressOfKnexConfig({ client, connection }: HostKnex['client']['config']): DatabaseAddress {
  const name = String(client)
  if (name.includes('sqlite')) return sqliteAddressOfFile(textMemberOf(connection, 'filename') ?? '')
  if (!name.includes('mysql'))
    throw new CheckoutError(
      'invalid_request',
      `This knex has the client ${name}. Give one with a client of SQLite or MySQL.`,
    )
  return typeof connection === 'string'
    ? readDatabaseAddress(connection)
    : withUnencryptedWarning(mysqlAddressOfSettings(connection))
}

/** A pool of promises has the other one inside. */
function connectionOfPool({ config, pool }: HostPool): unknown {
  const own = config ?? (isObject(pool) ? pool.config : undefined)
  return isObject(own) ? own.connectionConfig : undefined
}

/** The settings of mysql2, written as an address, so that they are checked as one. */
function mysqlAddressOfSettings(connection: unknown): MysqlAddress {
  const url = new URL('mysql://localhost')
  url.hostname = textMemberOf(connection, 'host') ?? 'localhost'
  url.port = textMemberOf(connection, 'port') ?? ''
  url.username = encodeURIComponent(textMemberOf(connection, 'user') ?? '')
  url.password = encodeURIComponent(textMemberOf(connection, 'password') ?? '')
  url.pathname = `/${encodeURIComponent(textMemberOf(connection, 'database') ?? '')}`
  const ssl = isObject(connection) && isObject(connection.ssl) ? connection.ssl : null
  if (ssl !== null || !isLoopback(url.hostname)) url.searchParams.set('tls', ssl === null ? 'off' : 'on')
  return {
    ...readMysqlAddress(url.href),
    ...(ssl?.ca !== undefined && { ca: ssl.ca as NonNullable<MysqlAddress['ca']> }),
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function textMemberOf(value: unknown, name: string): string | undefined {
  const member = isObject(value) ? value[name] : undefined
  return typeof member === 'string' || typeof member === 'number' ? String(member) : undefined
}
