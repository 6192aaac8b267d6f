// Opens the database and migrates it. With `killAt`, the process kills itself just before it makes that table.
import diagnostics from 'node:diagnostics_channel'
import { sqlStore } from '../../dist/index.js'

const [url, killAt] = process.argv.slice(2)

diagnostics.subscribe('tracing:mysql2:query:start', ({ query }) => {
  if (killAt !== undefined && query.includes(`CREATE TABLE IF NOT EXISTS ${killAt}`))
    process.kill(process.pid, 'SIGKILL')
})

const store = await sqlStore({ url }).open()
process.stdout.write('migrated\n')
await store.close()
