// Opens the database and migrates it. With `killAt`, the process kills itself just before it makes that table.
import SqliteDriver from 'better-sqlite3'
import { openDatabase } from '../../dist/index.js'

const [url, killAt] = process.argv.slice(2)

const { prepare } = SqliteDriver.prototype
SqliteDriver.prototype.prepare = function (sql) {
  if (killAt !== undefined && sql.includes(`CREATE TABLE IF NOT EXISTS ${killAt}`)) process.kill(process.pid, 'SIGKILL')
  return prepare.call(this, sql)
}

const database = await openDatabase({ url })
await database.migrate()
process.stdout.write('migrated\n')
await database.close()
