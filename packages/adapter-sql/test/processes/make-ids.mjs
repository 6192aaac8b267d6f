// A worker thread that makes ids; its clock steps back when half of them are made, and jumps ahead at three quarters.
import { parentPort, workerData } from 'node:worker_threads'
import { openDatabase } from '../../dist/index.js'

const { url, count, stepBackMs } = workerData
const realNow = Date.now
let offset = 0
Date.now = () => realNow() + offset

const database = await openDatabase({ url })
const ids = new BigUint64Array(count)
for (let index = 0; index < count; index += 1) {
  if (index === count / 2) offset -= stepBackMs
  if (index === (count * 3) / 4) offset += 2 * stepBackMs
  ids[index] = BigInt(await database.idGenerator.nextId())
}
await database.close()
parentPort.postMessage(ids, [ids.buffer])
