import { join } from 'node:path'
import { systemScheduler } from '@coursepay/core/assembly'
import type { IdGeneratorHarness, LearningStoreHarness, OrderStoreHarness } from '@coursepay/core/contracts'
import { settableClock } from '@coursepay/core/fakes'
import type { OpenedSqlStore } from '../../src/sql-store.js'
import { sqlStore, storeOn } from '../../src/sql-store.js'
import { type Connection, openDatabaseFile } from '../../src/sqlite/database-file.js'
import { createEngineOnOpenFile } from '../../src/sqlite/sqlite-engine.js'
import { makeFolder } from './temporary-folder.js'

/** A database file with its connection in hand, so that a suite can cut it. */
async function openStore() {
  const folder = makeFolder()
  const file = join(folder.path, 'test.db')
  const clock = settableClock()
  const options = { file, temporary: false, clock, scheduler: systemScheduler, busyTimeoutMs: 5_000, tablePrefix: 'p_' }
  const open = async () => {
    const database = await openDatabaseFile(file, options)
    const engine = createEngineOnOpenFile(database, options)
    await engine.migrate(() => {})
    return { database, store: storeOn(engine, options) }
  }
  let current = await open()
  return {
    clock,
    store: (): OpenedSqlStore => current.store,
    writer: (): Connection => current.database.connection,
    async reopen() {
      await current.store.close()
      current = await open()
    },
    /** As when the disk is gone: the connection is dead, and nobody was told. */
    async breakDown() {
      current.database.connection.close()
    },
    async dispose() {
      await current.store.close()
      folder.remove()
    },
    secrets: [folder.path],
    file,
  }
}

export async function sqliteOrderHarness(): Promise<OrderStoreHarness> {
  const opened = await openStore()
  const { reopen, breakDown, dispose, secrets } = opened
  return {
    get store() {
      return opened.store().orderStore
    },
    passTime: async (ms) => opened.clock.advance(ms),
    loseCommitAnswerOnce: async () => loseAnswerOnce(opened.writer()),
    reopen,
    breakDown,
    dispose,
    secrets,
  }
}

export async function sqliteLearningHarness(): Promise<LearningStoreHarness> {
  const opened = await openStore()
  const { reopen, breakDown, dispose, secrets } = opened
  return {
    get store() {
      return opened.store().learningStore
    },
    publish: (courses) => opened.store().publishCourses(courses),
    reopen,
    breakDown,
    dispose,
    secrets,
  }
}

export async function sqliteIdHarness(): Promise<IdGeneratorHarness> {
  const opened = await openStore()
  const elsewhere = await sqlStore({ url: `sqlite:${opened.file}`, tablePrefix: 'p_' }).open()
  return {
    ids: opened.store().ids,
    idsElsewhere: elsewhere.ids,
    breakDown: opened.breakDown,
    async dispose() {
      await elsewhere.close()
      await opened.dispose()
    },
    secrets: opened.secrets,
  }
}

/** The next COMMIT is done, and then fails all the same, as when the file's last fsync answers an error. */
function loseAnswerOnce(connection: Connection): void {
  const prepare = connection.prepare.bind(connection)
  connection.prepare = ((sql: string) => {
    const statement = prepare(sql)
    if (sql !== 'COMMIT') return statement
    const run = statement.run.bind(statement)
    statement.run = (...bindings) => {
      statement.run = run
      run(...bindings)
      throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_FSYNC' })
    }
    return statement
  }) as typeof prepare
}
