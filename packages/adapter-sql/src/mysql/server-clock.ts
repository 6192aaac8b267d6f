import type { ReferenceClock } from '@coursepay/core/ports'
import type { ConnectionPool } from './connection-pool.js'
import { SERVER_TIME } from './dialect.js'

/** The database server's own clock. */
export const serverClock = (pool: ConnectionPool): ReferenceClock => ({
  async read() {
    try {
      const [[row] = []] = await pool.use((connection) => connection.query([`SELECT ${SERVER_TIME} AS time`]))
      return row === undefined ? null : Number(row.time)
    } catch {
      return null
    }
  },
})
