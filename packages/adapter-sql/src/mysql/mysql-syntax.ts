import type { Clock } from '@coursepay/core'
import { indexNameOf } from '../schema/table-definition.js'
import type { TableNames } from '../schema/table-names.js'
import { createKeyedCache, raw, type SqlSyntax, tableNamesAsSql } from '../sql/sql.js'

/**
 * The server's clock in ms as a BIGINT. By UTC, since the session's own time has an hour that comes twice, and by
 * TIMESTAMPDIFF, since UNIX_TIMESTAMP(NOW(3)) is a DECIMAL and ends in 2038 on MariaDB 10 and 11.4.
 */
export const SERVER_TIME = raw("(timestampdiff(microsecond, '1970-01-01', utc_timestamp(3)) div 1000)")

/** `clock` stands for the server's own. */
export const createMysqlSyntax = (names: TableNames, clock?: Clock): SqlSyntax => ({
  cachedText: createKeyedCache(),
  tables: tableNamesAsSql(names),
  now: () => clock?.now() ?? SERVER_TIME,
  byIndex: (table, columns, alias = '') =>
    raw(`${names[table]} ${alias} FORCE INDEX (${indexNameOf(names[table], columns)})`),
  joinInOrder: raw('STRAIGHT_JOIN'),
  forUpdate: raw('FOR UPDATE'),
  skipLocked: raw('FOR UPDATE SKIP LOCKED'),
  ifAbsent: (column) => `ON DUPLICATE KEY UPDATE ${column} = ${column}`,
})
