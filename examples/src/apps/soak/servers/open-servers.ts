import { setTimeout as later } from 'node:timers/promises'
import amqp from 'amqplib'
import { createConnection } from 'mysql2/promise'
import { noDiskReason, openDisk } from '../disk.js'
import type { AuditedMessage, SoakEnvironment } from '../environment.js'
import { openFaultProxy } from '../fault-proxy.js'
import { diskFilled, networkCut, ownServerKilled } from '../outages.js'
import { ownMariadbMissing, ownMariadbName, startOwnMariadb } from './own-mariadb.js'
import { ownMysqlMissing, ownMysqlName, startOwnMysql } from './own-mysql.js'
import { ownRabbitMissing, ownRabbitName, startOwnRabbit } from './own-rabbit.js'
import type { OwnServer } from './own-server.js'

const DISK_MEGABYTES = 640
const REVIVE_EVERY_MS = 500
const [EXCHANGE, QUEUE, AUDIT] = ['soak_exchange', 'soak_learning', 'soak_audit']
const QUEUES = [QUEUE, `${QUEUE}.retry`, `${QUEUE}.alone`, `${QUEUE}.dlq`]

/** MySQL where the tests' scripts have one, MariaDB otherwise. */
const database =
  ownMysqlMissing === null
    ? { name: ownMysqlName, missing: null, start: startOwnMysql }
    : { name: ownMariadbName, missing: ownMariadbMissing, start: startOwnMariadb }

/** Why there are no servers of one's own to kill; null when there are. */
export const ownServersMissingReason = database.missing ?? ownRabbitMissing

/** A database server and a broker that are started for this run alone. */
export async function openServers(): Promise<SoakEnvironment> {
  await using opened = new AsyncDisposableStack()
  const disk = await openDisk(DISK_MEGABYTES)
  if (disk !== null) opened.use(disk)
  const mysql = opened.use(await database.start(disk?.folder))
  const rabbit = opened.use(await startOwnRabbit())
  const setUp = await createConnection(mysql.url)
  await setUp.query('CREATE DATABASE soak')
  await setUp.end()
  const databaseUrl = `${mysql.url}/soak`
  await withChannel(rabbit.url, async (channel) => {
    await channel.assertExchange(EXCHANGE, 'fanout', { durable: true })
    await channel.assertQueue(AUDIT, { durable: true })
    await channel.bindQueue(AUDIT, EXCHANGE, '')
  })
  const [toMysql, toRabbit] = [
    opened.use(await openFaultProxy(() => new URL(databaseUrl))),
    opened.use(await openFaultProxy(() => new URL(rabbit.url))),
  ]
  const all = opened.move()
  return {
    title: `${database.name} and ${ownRabbitName}`,
    variables: { DATABASE_URL: toMysql.url, AMQP_URL: toRabbit.url, AMQP_EXCHANGE: EXCHANGE, AMQP_QUEUE: QUEUE },
    databaseUrl,
    outages: () => [
      ownServerKilled('the database', mysql),
      ownServerKilled('the broker', rabbit),
      networkCut('the database', toMysql),
      networkCut('the broker', toRabbit),
      ...diskFilled(disk, () => reviveUntilItAnswers(mysql)),
    ],
    skippedOutages: disk === null ? [noDiskReason] : [],
    auditedMessages: () => withChannel(rabbit.url, readAll),
    unread: () =>
      withChannel(rabbit.url, async (channel) => {
        const counts = await Promise.all(QUEUES.map((queue) => channel.checkQueue(queue)))
        return counts.reduce((sum, { messageCount }) => sum + messageCount, 0)
      }),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** A server that a full disk ends may end a moment after there is room again. */
async function reviveUntilItAnswers(server: OwnServer): Promise<void> {
  for (;;) {
    await server.revive()
    const connection = await createConnection(server.url).catch(() => null)
    if (connection !== null) return await connection.end()
    await later(REVIVE_EVERY_MS)
  }
}

async function readAll(channel: amqp.Channel): Promise<AuditedMessage[]> {
  const messages: AuditedMessage[] = []
  for (;;) {
    const message = await channel.get(AUDIT, { noAck: true })
    if (message === false) return messages
    messages.push(JSON.parse(message.content.toString()))
  }
}

async function withChannel<Result>(url: string, task: (channel: amqp.Channel) => Promise<Result>): Promise<Result> {
  const connection = await amqp.connect(url)
  try {
    return await task(await connection.createChannel())
  } finally {
    await connection.close()
  }
}
