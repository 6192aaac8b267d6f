// Opens a database on two connections, says so, waits until nothing passes any more, and closes. Then it must end by itself.
import { openDatabase } from '../../dist/index.js'

const database = await openDatabase({ url: process.argv[2] })
await Promise.all([database.ping(), database.ping()])
process.stdout.write('open\n')
const answers = async () => {
  try {
    await database.ping()
    return true
  } catch {
    return false
  }
}
while (await answers());
await database.close()
process.stdout.write('closed\n')
