import { createConnection, type RowDataPacket } from 'mysql2/promise'

/** Product and version, such as `MariaDB 10.11.19`; null when no server answers. */
export async function readServerName(url: string): Promise<string | null> {
  const connection = await createConnection({ uri: url, connectTimeout: 3_000 }).catch(() => null)
  if (connection === null) return null
  try {
    const [[row]] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version')
    const text = String(row?.version)
    return `${/mariadb/i.test(text) ? 'MariaDB' : 'MySQL'} ${/\d+\.\d+\.\d+/.exec(text)?.[0] ?? text}`
  } finally {
    await connection.end()
  }
}
