import { connect, isIP, type Socket } from 'node:net'
import type { MysqlAddress } from './mysql-address.js'

const KEEP_ALIVE_MS = 10_000

/**
 * What every connection is opened with. Rows that are matched count as changed even when nothing differs (FOUND_ROWS,
 * which is mysql2's default but carries our conditional writes, so it is written down); BIGINT comes as text, with
 * every digit.
 */
export function driverOptions({ host, port, user, password, database, options, ca }: MysqlAddress) {
  return {
    host,
    port,
    user,
    password,
    database,
    connectTimeout: options.connectTimeoutMs,
    // Our keys are compared byte by byte, whatever the server's own collation is.
    charset: 'UTF8MB4_BIN',
    flags: ['FOUND_ROWS', '-LOCAL_FILES'],
    // A transaction goes in one packet.
    multipleStatements: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    trace: false,
    enableKeepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
    stream: () => openSocket({ host, port }),
    ...(options.tls === 'on' && {
      ssl: { rejectUnauthorized: true, verifyIdentity: true, ...(ca !== undefined && { ca }) },
    }),
  }
}

/**
 * What every session is set to. Characters: a server may have others than the client asks for (`init_connect`,
 * `skip-character-set-client-handshake`), and in GBK the backslash before a quote can be half a letter. READ COMMITTED:
 * no gap locks, so a claim never keeps a checkout from inserting. Strict: a value that does not fit is refused, never
 * cut. A host that is gone keeps its locks for `wait_timeout`; and a wait for a lock is short, since the call tries
 * again until its own time is over.
 */
export const SESSION_SETUP_STATEMENTS: readonly string[] = [
  'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION autocommit = 1, foreign_key_checks = 1, sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY', innodb_lock_wait_timeout = 1, wait_timeout = 10",
]

/**
 * A socket of our own, since mysql2's `destroy` only says goodbye: to a network that no longer answers, for many
 * minutes. Node compares a certificate with the name that a socket was connected to, and notes no name for an IP
 * address on its own.
 */
export function openSocket({ host, port }: Pick<MysqlAddress, 'host' | 'port'>): Socket {
  const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
  return isIP(host) === 0 ? socket : Object.assign(socket, { _host: host })
}
