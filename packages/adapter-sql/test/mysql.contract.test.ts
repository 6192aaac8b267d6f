import { storeContracts } from '@coursepay/core/contracts'
import { it } from 'vitest'
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
