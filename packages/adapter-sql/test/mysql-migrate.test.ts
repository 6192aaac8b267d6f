import { inspect } from 'node:util'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { migrate } from '../src/mysql/migrate.js'
import { readMysqlAddress } from '../src/mysql/mysql-address.js'
import { migrationNames } from '../src/schema/migrations.js'
import { tableNamesWith } from '../src/schema/table-names.js'
import { migrateOnce } from './support/migrated.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { runScript } from './support/processes.js'
import { tcpProxy } from './support/tcp-proxy.js'

const test = mysqlTestDatabase()

const tables = async () => (await test.rows('SHOW TABLES')).map((row) => String(Object.values(row)[0])).sort()
const indexesOfOrders = async () =>
  (await test.rows('SHOW INDEX FROM xc_orders')).map((row) => `${row.Key_name} ${row.Seq_in_index} ${row.Column_name}`)
const ourTables = Object.values(tableNamesWith('')).sort()

describeOnMysql('migrations on MySQL', () => {
  beforeEach(() => test.clear())

  it('a migration makes every table, and finds nothing to do the second time', async () => {
    const steps = migrationNames.map((name, index) => `${name} ${index + 1}/${migrationNames.length}`)
    expect(await migrateOnce(test.url())).toEqual(steps)
    expect(await migrateOnce(test.url())).toEqual([])
    expect(await tables()).toEqual(ourTables)
    const engines = await test.rows(
      'SELECT DISTINCT engine, table_collation FROM information_schema.tables WHERE table_schema = ?',
      [test.name],
    )
    expect(engines.map((row) => Object.values(row))).toEqual([['InnoDB', 'utf8mb4_bin']])
  })

  it('ten processes that start at once migrate once', { timeout: 60_000 }, async () => {
    const processes = Array.from({ length: 10 }, () => runScript('migrate-mysql.mjs', test.url()))
    for (const { ending } of processes) expect(await ending).toEqual({ code: 0, signal: null, output: 'migrated\n' })
    expect(await tables()).toEqual(ourTables)
    const steps = await test.rows('SELECT name FROM coursepay_migration ORDER BY id')
    expect(steps).toEqual(migrationNames.map((name) => ({ name })))
  })

  it('a migration resumes where a process was killed after it made an index and before it wrote that down', async () => {
    await migrateOnce(test.url())
    const indexes = await indexesOfOrders()
    await test.rows("DELETE FROM coursepay_migration WHERE name = '002_orders_of_a_buyer'")
    await migrateOnce(test.url())
    expect(await indexesOfOrders()).toEqual(indexes)
    await test.rows('DROP INDEX xc_orders_by_user_id_create_date_id ON xc_orders')
    await test.rows("DELETE FROM coursepay_migration WHERE name = '002_orders_of_a_buyer'")
    await migrateOnce(test.url())
    expect((await indexesOfOrders()).sort()).toEqual(indexes.sort())
  })

  it('a migration resumes where a process was killed in the middle, whose lock is gone with it', async () => {
    const { ending } = runScript('migrate-mysql.mjs', test.url(), 'xc_course_tables')
    expect(await ending).toEqual({ code: null, signal: 'SIGKILL', output: '' })
    const left = await tables()
    expect(left).toContain('xc_orders')
    expect(left).not.toContain('xc_course_tables')
    await migrateOnce(test.url())
    expect(await tables()).toEqual(ourTables)
  })

  it('a migration waits for a process that is migrating', async () => {
    const other = await test.connect()
    await other.query("SELECT GET_LOCK(CONCAT('coursepay_migration.', LEFT(SHA2(DATABASE(), 256), 40)), 0)")
    const migrating = migrateOnce(test.url())
    const waiting = () =>
      test.rows("SELECT id FROM information_schema.processlist WHERE user = ? AND state = 'User lock'", [test.user])
    await expect.poll(waiting).toHaveLength(1)
    expect(await tables()).toEqual([])
    await other.query('DO RELEASE_ALL_LOCKS()')
    await migrating
    expect(await tables()).toEqual(ourTables)
  })

  it('a table of another program is refused by its name', async () => {
    await test.rows('CREATE TABLE refund (id BIGINT, note TEXT)')
    await expect(migrateOnce(test.url())).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(/table "refund" of another program/),
    })
    expect(await tables()).toEqual(['refund'])
    await migrateOnce(test.url(), { tablePrefix: 'pay_' })
  })

  it('a migration gives up when another process migrates for too long', async () => {
    const other = await test.connect()
    await other.query("SELECT GET_LOCK(CONCAT('coursepay_migration.', LEFT(SHA2(DATABASE(), 256), 40)), 0)")
    await expect(
      migrate({ address: readMysqlAddress(test.url()), tablePrefix: '' }, () => {}, 0),
    ).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('Another process is still migrating'),
    })
    await other.query('DO RELEASE_ALL_LOCKS()')
  })

  it('a database that a newer version made is refused', async () => {
    await migrateOnce(test.url())
    await test.rows("INSERT INTO coursepay_migration (name, batch) VALUES ('999_future', 2)")
    await expect(migrateOnce(test.url())).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('newer version'),
    })
  })

  it('a server that is too old is refused', async () => {
    const [answer] = await test.rows('SELECT VERSION() AS version')
    const version = String(answer?.version)
    const proxy = await tcpProxy(test.host, test.port)
    onTestFinished(() => proxy.close())
    proxy.rewrite(version, '5.7.44'.padEnd(version.length, '-'))
    await expect(migrateOnce(test.url(proxy.port))).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('too old: MySQL 5.7.44'),
    })
    expect(await tables()).toEqual([])
  })

  it('a database that is not there is answered with what to do', async () => {
    await expect(migrateOnce(test.ownerUrl(`${test.name}_not`))).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('create it first'),
    })
  })

  it('a wrong password is named, and neither it nor the user is shown', async () => {
    const failure = await migrateOnce(test.url().replace('s3cret', 'wr0ng-s3cret')).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('password') })
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toMatch(new RegExp(`s3cret|${test.user}`))
  })

  it('a server without TLS, and a certificate that nobody has signed, are named', async () => {
    await expect(migrateOnce(`${test.url()}?tls=on`)).rejects.toMatchObject({
      message: expect.stringMatching(/offers no TLS|certificate .* is not trusted/),
    })
  })

  it('missing rights are named', async () => {
    const owner = await test.connect()
    await owner.query(`REVOKE CREATE ON ${test.name}.* FROM '${test.user}'@'%'`)
    const failure = await migrateOnce(test.url()).catch((error: unknown) => error)
    await owner.query(`GRANT CREATE ON ${test.name}.* TO '${test.user}'@'%'`)
    expect(failure).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('grant SELECT') })
  })
})
