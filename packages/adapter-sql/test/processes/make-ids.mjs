// A worker thread that makes ids; its clock steps back when half of them are made, and jumps ahead at three quarters.
import { parentPort, workerData } from 'node:worker_threads'
import { sqlStore } from '../../dist/index.js'

const { url, count, stepBackMs } = workerData
const realNow = Date.now
let offset = 0
Date.now = () => realNow() + offset

const store = await sqlStore({ url }).open()
const ids = new BigUint64Array(count)
for (let index = 0; index < count; index += 1) {
  if (index === count / 2) offset -= stepBackMs
  if (index === (count * 3) / 4) offset += 2 * stepBackMs
  ids[index] = BigInt(await store.ids.nextId())
}
await store.close()
parentPort.postMessage(ids, [ids.buffer])
