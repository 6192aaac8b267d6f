// Appends messages to the outbox, many units at a time, and prints the id of each as soon as its caller was answered.
import { openDatabase } from '../../dist/index.js'

const [url, firstId, callers] = process.argv.slice(2)
const database = await openDatabase({ url })
let next = BigInt(firstId)

async function append() {
  const id = String(next++)
  await database.orderUnitOfWork.run(({ outbox }) =>
    outbox.append({
      id,
      messageType: 'payresult_notify',
      businessKey1: `thing-${id}`,
      businessKey2: '60201',
      businessKey3: null,
    }),
  )
  process.stdout.write(`${id}\n`)
}

async function keepAppending() {
  for (;;) await append()
}

await Promise.all(Array.from({ length: Number(callers) }, keepAppending))
