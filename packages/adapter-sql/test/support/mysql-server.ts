import { randomBytes } from 'node:crypto'
import mysql, { type Connection, type RowDataPacket } from 'mysql2/promise'
import { afterAll, beforeAll, describe } from 'vitest'

const serverUrl = new URL(process.env.TEST_MYSQL_URL ?? 'mysql://root@127.0.0.1:3306')

/** Product and version, such as `MariaDB 10.11.19`; the product alone when only that is known. */
const mysqlName = process.env.TEST_MYSQL_NAME ?? 'MySQL'

const connectToServer = (): Promise<Connection> =>
  mysql.createConnection({
    uri: serverUrl.href,
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectTimeout: 3_000,
  })

/** Why there is no server to test on; null when there is one. */
async function findAbsence(): Promise<string | null> {
  try {
    const connection = await connectToServer()
    await connection.end()
    return null
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code'
    return `no ${mysqlName} answers at ${serverUrl.host}, set TEST_MYSQL_URL (${code})`
  }
}

const absence = await findAbsence()
if (absence !== null && process.env.REQUIRE_SERVICES === '1') throw new Error(`REQUIRE_SERVICES=1, but ${absence}`)

/**
 * Like `describe`, with the server's name for `MySQL`, and shown as skipped, with the reason, when no server answers.
 */
export function describeOnMysql(name: string, body: () => void): void {
  const named = name.replace('MySQL', mysqlName)
  describe.skipIf(absence !== null)(absence === null ? named : `${named} (skipped: ${absence})`, body)
}

export interface MysqlTestDatabase {
  readonly name: string
  readonly host: string
  readonly port: number
  /** An account that may do in this database what our error sentence asks for, and nothing more. */
  readonly user: string
  readonly password: string
  /** The database's address at the server, or at a proxy before it. */
  url(port?: number): string
  /** The owner's address of any database of the server. */
  ownerUrl(database: string): string
  /** Outcome: the database is as new. */
  clear(): Promise<void>
  /** Asks beside everything else, as the server's owner. */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly RowDataPacket[]>
  /** A connection of the owner's own, in this database; closed afterwards. */
  connect(): Promise<Connection>
}

const RIGHTS = 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES'

/** A database with a name of its own and an account for it, both gone when the tests of the file are done. */
export function mysqlTestDatabase(): MysqlTestDatabase {
  const name = `coursepay_test_${randomBytes(6).toString('hex')}`
  const [user, password] = [name.slice(0, 32), `s3cret%/#${randomBytes(6).toString('hex')}`]
  const host = serverUrl.hostname
  const port = Number(serverUrl.port || 3_306)
  const opened: Connection[] = []

  const connectHere = async () => {
    const connection = await connectToServer()
    opened.push(connection)
    await connection.query(`USE ${name}`)
    return connection
  }
  let owner: Promise<Connection> | null = null

  beforeAll(async () => {
    if (absence !== null) return
    const connection = await connectToServer()
    await connection.query(`CREATE DATABASE ${name}`)
    await connection.query(`CREATE USER '${user}'@'%' IDENTIFIED BY '${password}'`)
    await connection.query(`GRANT ${RIGHTS} ON ${name}.* TO '${user}'@'%'`)
    await connection.end()
  })

  afterAll(async () => {
    if (absence !== null) return
    // First those that a failed test left in a transaction: the dropping would wait for them.
    for (const each of opened) each.destroy()
    const connection = await connectToServer()
    await connection.query(`DROP DATABASE IF EXISTS ${name}`)
    await connection.query(`DROP USER '${user}'@'%'`)
    await connection.end()
  })

  return {
    name,
    host,
    port,
    user,
    password,
    url: (at = port) => `mysql://${user}:${encodeURIComponent(password)}@${host}:${at}/${name}`,
    connect: connectHere,
    ownerUrl: (database) => Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href,
    async clear() {
      const connection = await connectToServer()
      await connection.query(`DROP DATABASE ${name}`)
      await connection.query(`CREATE DATABASE ${name}`)
      await connection.end()
      owner = null
    },
    async rows(sql, values = []) {
      owner ??= connectHere()
      const [rows] = await (await owner).query<RowDataPacket[]>(sql, [...values])
      return rows
    },
  }
}
