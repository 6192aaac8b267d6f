// A checkout: a business row and its message in one unit of work, and then the kick to the relay. Stops at the point that is asked for.
import { openDatabase } from '@coursepay/adapter-sql'
import { stopHere } from './stop-here.mjs'

const { databaseUrl, point, order, message } = JSON.parse(process.argv[2])

const database = await openDatabase({ url: databaseUrl })
await database.orderUnitOfWork.run(async ({ orders, outbox }) => {
  await orders.insertOrRead(order)
  await outbox.append(message)
  if (point === 'written') await stopHere('written')
})
await stopHere('committed')
