import { globSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'

/** A server that tests run on; one that does not answer is named by its product alone. */
export interface Server {
  readonly url: string
  /** Product and version, such as `MySQL 9.7.4`. */
  readonly name: string
}

interface Kind {
  readonly product: string
  readonly defaultUrl: string
  readonly defaultPort: number
  /** What a client sends before the server says which version it is. */
  readonly hello: string
  readName(greeting: string): string | null
}

const mysql: Kind = {
  product: 'MySQL',
  defaultUrl: 'mysql://root@127.0.0.1:3306',
  defaultPort: 3_306,
  hello: '',
  readName: readMysqlName,
}

const rabbit: Kind = {
  product: 'RabbitMQ',
  defaultUrl: 'amqp://guest:guest@127.0.0.1:5672',
  defaultPort: 5_672,
  hello: 'AMQP\0\0\x09\x01',
  readName: readRabbitName,
}

/**
 * The greeting's version: `5.5.5-10.11.19-MariaDB-0+deb12u1`, or `9.7.4-2` for MySQL; a header of four bytes and the
 * protocol stand before it.
 */
export function readMysqlName(greeting: string): string | null {
  const [, version, rest = ''] = /^.{5}(?:5\.5\.5-(?=\d))?(\d+\.\d+\.\d+)([^\0]*)/s.exec(greeting) ?? []
  return version === undefined ? null : `${/mariadb/i.test(rest) ? 'MariaDB' : 'MySQL'} ${version}`
}

/**
 * The version in the table of properties that `Connection.Start` holds: a name, `S`, four bytes of length, the text.
 */
export function readRabbitName(greeting: string): string | null {
  const [, version] = /versionS.{4}(\d+\.\d+\.\d+)/s.exec(greeting) ?? []
  return version === undefined ? null : `RabbitMQ ${version}`
}

/** What a server sends first; empty when none answers. */
function readGreeting({ hostname, port }: URL, { hello, defaultPort }: Kind): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || defaultPort), timeout: 3_000 })
    const answer = (greeting: string) => {
      socket.destroy()
      resolve(greeting)
    }
    socket.once('connect', () => socket.write(hello, 'latin1'))
    socket.once('data', (bytes) => answer(bytes.toString('latin1')))
    for (const event of ['error', 'timeout', 'close']) socket.once(event, () => answer(''))
  })
}

async function findServers(addresses: string | undefined, kind: Kind): Promise<readonly Server[]> {
  const urls = (addresses || kind.defaultUrl).split(',').map((url) => url.trim())
  return Promise.all(
    urls.map(async (url) => ({ url, name: kind.readName(await readGreeting(new URL(url), kind)) ?? kind.product })),
  )
}

const { TEST_MYSQL_URL, TEST_MYSQL_URLS, TEST_AMQP_URL, TEST_AMQP_URLS } = process.env
export const mysqlServers = await findServers(TEST_MYSQL_URLS || TEST_MYSQL_URL, mysql)
export const rabbitServers = await findServers(TEST_AMQP_URLS || TEST_AMQP_URL, rabbit)

/** The environment that tells a project's tests which servers are theirs. */
export interface ServerEnv {
  readonly TEST_MYSQL_URL: string
  readonly TEST_MYSQL_NAME: string
  readonly TEST_AMQP_URL: string
  readonly TEST_AMQP_NAME: string
}

/**
 * Every server is in one pair at least: databases and brokers side by side, the last of the shorter list again and
 * again.
 */
export function pairServers(databases: readonly Server[], brokers: readonly Server[]): readonly ServerEnv[] {
  const length = Math.max(databases.length, brokers.length)
  return Array.from({ length }, (_, index) => {
    const database = databases[Math.min(index, databases.length - 1)]
    const broker = brokers[Math.min(index, brokers.length - 1)]
    if (database === undefined || broker === undefined) throw new Error('There is no address of a server.')
    return {
      ...{ TEST_MYSQL_URL: database.url, TEST_MYSQL_NAME: database.name },
      ...{ TEST_AMQP_URL: broker.url, TEST_AMQP_NAME: broker.name },
    }
  })
}

/** The test files that ask for a server; the others need to run once only. */
export const filesWith = (pattern: string, text: RegExp): string[] =>
  globSync(pattern).filter((path) => text.test(readFileSync(path, 'utf8')))
