/** Which words a database has for our kinds of columns. A further database is a further member of each line. */
export type SqlDialect = 'sqlite' | 'mysql'

const ascii = (length: number) => `VARCHAR(${length}) CHARACTER SET ascii COLLATE ascii_bin`

const columnTypes = {
  /** Ids, fen, times in ms, counts. */
  bigint: { sqlite: 'INTEGER', mysql: 'BIGINT' },
  /** Auto-increment; only as the whole primary key. */
  counter: { sqlite: 'INTEGER', mysql: 'BIGINT AUTO_INCREMENT' },
  /** A status or type number of the seed, a state's name. */
  code: { sqlite: 'TEXT', mysql: ascii(64) },
  /** An id of 1 to 64 visible ASCII characters, compared byte by byte. */
  key: { sqlite: 'TEXT', mysql: ascii(64) },
  /** Two keys and a space. */
  pair: { sqlite: 'TEXT', mysql: ascii(129) },
  /** Anything people write. */
  text: { sqlite: 'TEXT', mysql: 'MEDIUMTEXT' },
  bytes: { sqlite: 'BLOB', mysql: 'LONGBLOB' },
} as const

export type ColumnType = keyof typeof columnTypes

export const columnTypeIn = (dialect: SqlDialect, type: ColumnType): string => columnTypes[type][dialect]
