// Opens the database and migrates it. With `killAt`, the process kills itself just before it makes that table.
import SqliteDriver from 'better-sqlite3'
import { sqlStore } from '../../dist/index.js'

const [url, killAt] = process.argv.slice(2)

const { exec } = SqliteDriver.prototype
SqliteDriver.prototype.exec = function (sql) {
  if (killAt !== undefined && sql.includes(`CREATE TABLE IF NOT EXISTS ${killAt}`)) process.kill(process.pid, 'SIGKILL')
  return exec.call(this, sql)
}

const store = await sqlStore({ url }).open()
process.stdout.write('migrated\n')
await store.close()
