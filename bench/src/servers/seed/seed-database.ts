import type { Database } from 'better-sqlite3'
import knex, { type Knex } from 'knex'

/** knex on the tables of ours, which have the seed's names; used as a plain service uses it. */
export function openSeedDatabase(url: string): Knex {
  if (url.startsWith('sqlite:')) {
    return knex({
      client: 'better-sqlite3',
      connection: { filename: url.slice('sqlite:'.length) },
      useNullAsDefault: true,
      pool: {
        afterCreate(connection: Database, done: (error: Error | null, connection: Database) => void) {
          connection.pragma('journal_mode = WAL')
          connection.pragma('synchronous = FULL')
          connection.defaultSafeIntegers(true)
          done(null, connection)
        },
      },
    })
  }
  const address = new URL(url)
  address.search = '?supportBigNumbers=true&bigNumberStrings=true'
  return knex({ client: 'mysql2', connection: address.href, pool: { min: 2, max: 32 } })
}

let last = 0n

/** The seed's snowflake with one worker. */
export function nextId(): bigint {
  const now = BigInt(Date.now() - 1_288_834_974_657) << 22n
  last = now > last ? now : last + 1n
  return last
}
