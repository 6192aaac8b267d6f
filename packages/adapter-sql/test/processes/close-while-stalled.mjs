// Opens a database on two connections, says so, waits until nothing passes any more, and closes. Then it must end by
// itself.
import { sqlStore } from '../../dist/index.js'

const store = await sqlStore({ url: process.argv[2] }).open()
const read = () => store.orderStore.orders.find({ id: '7' })
await Promise.all([read(), read()])
process.stdout.write('open\n')
const answers = async () => {
  try {
    await read()
    return true
  } catch {
    return false
  }
}
while (await answers());
await store.close()
process.stdout.write('closed\n')
