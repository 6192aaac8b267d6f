import { inspect } from 'node:util'
import { sampleOrder } from '@coursepay/core/contracts'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../src/mysql/migrate.js'
import { readMysqlAddress } from '../src/mysql/mysql-address.js'
import { initialTables } from '../src/schema/initial-tables.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { runScript } from './support/processes.js'
import { tcpProxy } from './support/tcp-proxy.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)

const tables = async () => (await test.rows('SHOW TABLES')).map((row) => String(Object.values(row)[0])).sort()
const indexesOfOrders = async () =>
  (await test.rows('SHOW INDEX FROM xc_orders')).map((row) => `${row.Key_name} ${row.Seq_in_index} ${row.Column_name}`)
const ourTables = [...initialTables.map(({ name }) => name), 'coursepay_migration', 'coursepay_migration_lock'].sort()

describeOnMysql('migrations on MySQL', () => {
  beforeEach(() => test.clear())

  it('makes every table, and finds nothing to do the second time', async () => {
    const database = await open()
    const told: string[] = []
    await database.migrate(({ name, step, of }) => told.push(`${name} ${step}/${of}`))
    await database.migrate(({ name }) => told.push(name))
    expect(await tables()).toEqual(ourTables)
    expect(told).toEqual(['001_initial 1/3', '002_orders_of_a_buyer 2/3', '003_versions_and_schedule 3/3'])
    const engines = await test.rows(
      "SELECT DISTINCT engine, table_collation FROM information_schema.tables WHERE table_schema = ? AND table_name NOT LIKE 'coursepay%'",
      [test.name],
    )
    expect(engines.map((row) => Object.values(row))).toEqual([['InnoDB', 'utf8mb4_bin']])
  })

  it('migrates once when ten processes start at once', { timeout: 60_000 }, async () => {
    const processes = Array.from({ length: 10 }, () => runScript('migrate-mysql.mjs', test.url()))
    for (const { ending } of processes) expect(await ending).toEqual({ code: 0, signal: null, output: 'migrated\n' })
    expect(await tables()).toEqual(ourTables)
    const steps = await test.rows('SELECT name FROM coursepay_migration ORDER BY id')
    expect(steps).toEqual([
      { name: '001_initial' },
      { name: '002_orders_of_a_buyer' },
      { name: '003_versions_and_schedule' },
    ])
  })

  it('goes on where a process was killed after it made an index and before it wrote that down', async () => {
    const database = await open()
    await database.migrate()
    const indexes = await indexesOfOrders()
    await test.rows("DELETE FROM coursepay_migration WHERE name = '002_orders_of_a_buyer'")
    await database.migrate()
    expect(await indexesOfOrders()).toEqual(indexes)
    await test.rows('DROP INDEX xc_orders_by_user_id_create_date_id ON xc_orders')
    await test.rows("DELETE FROM coursepay_migration WHERE name = '002_orders_of_a_buyer'")
    await database.migrate()
    expect(await indexesOfOrders()).toEqual(indexes)
  })

  it('goes on where a process was killed in the middle, whose lock is gone with it', async () => {
    const { ending } = runScript('migrate-mysql.mjs', test.url(), 'xc_course_tables')
    expect(await ending).toEqual({ code: null, signal: 'SIGKILL', output: '' })
    const left = await tables()
    expect(left).toContain('xc_orders')
    expect(left).not.toContain('xc_course_tables')
    expect(await test.rows('SELECT is_locked FROM coursepay_migration_lock')).toEqual([{ is_locked: 1 }])
    const database = await open()
    await database.migrate()
    expect(await tables()).toEqual(ourTables)
    await database.orderStores.orders.insertOrRead(sampleOrder())
  })

  it('waits for a process that is migrating', async () => {
    const other = await test.connect()
    await other.query("SELECT GET_LOCK(CONCAT('coursepay_migration.', LEFT(SHA2(DATABASE(), 256), 40)), 0)")
    const database = await open()
    const migrating = database.migrate()
    const waiting = () =>
      test.rows("SELECT id FROM information_schema.processlist WHERE user = ? AND state = 'User lock'", [test.user])
    await expect.poll(waiting).toHaveLength(1)
    expect(await tables()).toEqual([])
    await other.query('DO RELEASE_ALL_LOCKS()')
    await migrating
    expect(await tables()).toEqual(ourTables)
  })

  it('gives up when another process migrates for too long', async () => {
    const other = await test.connect()
    await other.query("SELECT GET_LOCK(CONCAT('coursepay_migration.', LEFT(SHA2(DATABASE(), 256), 40)), 0)")
    await expect(migrate(readMysqlAddress(test.url()), () => {}, 0)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('too long'),
    })
    await other.query('DO RELEASE_ALL_LOCKS()')
  })

  it('says so when a newer version of the package made the database', async () => {
    const database = await open()
    await database.migrate()
    await test.rows("INSERT INTO coursepay_migration (name, batch) VALUES ('999_future', 2)")
    await expect(database.migrate()).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('newer version'),
    })
  })

  it('answers a call before the migration with what is to be done', async () => {
    const database = await open()
    await expect(database.orderStores.orders.find(sampleOrder().id)).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('migrate'),
    })
  })

  it('refuses a server that is too old', async () => {
    const [answer] = await test.rows('SELECT VERSION() AS version')
    const version = String(answer?.version)
    const proxy = await tcpProxy(test.host, test.port)
    onTestFinished(() => proxy.close())
    proxy.rewrite(version, '5.7.44'.padEnd(version.length, '-'))
    const database = await open({ port: proxy.port })
    await expect(database.migrate()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('too old: MySQL 5.7.44'),
    })
    expect(await tables()).toEqual([])
  })

  it('says what to do when the database is not there', async () => {
    const database = await open({ url: test.ownerUrl(`${test.name}_not`) })
    await expect(database.migrate()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('create it first'),
    })
  })

  it('says that the password is wrong, and shows neither it nor the user', async () => {
    const database = await open({ url: test.url().replace('s3cret', 'wr0ng-s3cret') })
    const failure = await database.migrate().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('password') })
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toMatch(new RegExp(`s3cret|${test.user}`))
  })

  it('says which rights are missing', async () => {
    const owner = await test.connect()
    await owner.query(`REVOKE CREATE ON ${test.name}.* FROM '${test.user}'@'%'`)
    const database = await open()
    const failure = await database.migrate().catch((error: unknown) => error)
    await owner.query(`GRANT CREATE ON ${test.name}.* TO '${test.user}'@'%'`)
    expect(failure).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('grant SELECT') })
  })
})
