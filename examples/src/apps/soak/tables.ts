import SqliteDriver from 'better-sqlite3'
import { createConnection } from 'mysql2/promise'

/** Whole numbers come as bigint or text, so that no digit of an id is lost: read them with `String` or `BigInt`. */
export type TableRow = Readonly<Record<string, unknown>>

/** A look into the tables beside the code that is tested: an auditor's own connection. */
export interface Tables extends AsyncDisposable {
  /** Rows of a SELECT; nothing for any other statement. */
  query(sql: string): Promise<readonly TableRow[]>
}

/** Takes an address as `DATABASE_URL` has it. */
export function openTables(databaseUrl: string): Promise<Tables> {
  return databaseUrl.startsWith('sqlite:') ? openFile(databaseUrl.slice('sqlite:'.length)) : openServer(databaseUrl)
}

async function openFile(file: string): Promise<Tables> {
  const database = new SqliteDriver(file, { timeout: 10_000 })
  return {
    async query(sql) {
      const statement = database.prepare<[], TableRow>(sql).safeIntegers(true)
      if (statement.reader) return statement.all()
      statement.run()
      return []
    },
    async [Symbol.asyncDispose]() {
      database.close()
    },
  }
}

async function openServer(uri: string): Promise<Tables> {
  const connection = await createConnection({ uri, supportBigNumbers: true, bigNumberStrings: true })
  return {
    async query(sql) {
      const [rows] = await connection.query(sql)
      return Array.isArray(rows) ? rows.map((row): TableRow => Object(row)) : []
    },
    [Symbol.asyncDispose]: () => connection.end(),
  }
}
