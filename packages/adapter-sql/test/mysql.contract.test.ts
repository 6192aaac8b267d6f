import { storeContracts } from '@coursepay/core/contracts'
import { expect, it } from 'vitest'
import { mysqlIdHarness, mysqlLearningHarness, mysqlOrderHarness } from './support/mysql-harness.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const test = mysqlTestDatabase()

storeContracts(
  { describe: describeOnMysql, it },
  {
    name: 'MySQL',
    makeOrderHarness: mysqlOrderHarness(test),
    makeLearningHarness: mysqlLearningHarness(test),
    makeIdHarness: mysqlIdHarness(test),
  },
)

/** `ER_WARN_DEPRECATED_SYNTAX`, the same without a replacement, and that of a function. */
const DEPRECATED = [1287, 1681, 4079]
const isMariadb = process.env.TEST_MYSQL_NAME?.startsWith('MariaDB') ?? false
const title = 'no statement of the suites uses what the server has deprecated'

describeOnMysql('the statements for MySQL', () => {
  it.skipIf(isMariadb)(isMariadb ? `${title} (skipped: MariaDB counts no warnings)` : title, async () => {
    const counted = await test.rows(
      'SELECT error_name, sum_error_raised FROM performance_schema.events_errors_summary_by_user_by_error ' +
        'WHERE user = ? AND sum_error_raised > 0 AND error_number IN (?)',
      [test.user, DEPRECATED],
    )
    expect(counted).toEqual([])
  })
})
