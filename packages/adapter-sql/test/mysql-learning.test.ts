import diagnostics from 'node:diagnostics_channel'
import { ChoiceStatus, createLearningService, MessageType, OrderType, type ReceivedMessage } from '@coursepay/core'
import { sampleChoice, sampleCourse } from '@coursepay/core/contracts'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Database } from '../src/database.js'
import { mysqlDatabases } from './support/mysql-databases.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'

const test = mysqlTestDatabase()
const open = mysqlDatabases(test)
const CHOICES = 16

const choice = (count: number) =>
  sampleChoice(count, { courseId: sampleCourse({ courseId: `course-${count}` as never }).courseId })
type Choice = ReturnType<typeof choice>

const paid = ({ id }: Choice, messageId: number): ReceivedMessage => ({
  id: String(messageId) as never,
  messageType: MessageType.payResult,
  businessKey1: id as never,
  businessKey2: OrderType.course,
  businessKey3: null,
})

const learning = (database: Database) =>
  createLearningService({
    stores: database.learningStores,
    unitOfWork: database.learningUnitOfWork,
    catalogue: database.catalogue,
    clock: { now: () => 1_000 },
    ids: database.idGenerator,
  })

/** How often the driver is told to commit, until the test ends. */
function countCommits(): () => number {
  let times = 0
  const note = (event: unknown) => {
    if ((event as { query: string }).query === 'COMMIT') times += 1
  }
  diagnostics.subscribe('tracing:mysql2:query:start', note)
  onTestFinished(() => void diagnostics.unsubscribe('tracing:mysql2:query:start', note))
  return () => times
}

describeOnMysql('paid courses on MySQL', () => {
  beforeAll(async () => {
    await (await open()).migrate()
  })

  it('given the messages of many payments at once, then a few transactions grant them all', async () => {
    const database = await open()
    const choices = Array.from({ length: CHOICES }, (_, place) => choice(place + 1))
    for (const each of choices) await database.learningStores.choices.insertOrRead(each)
    const service = learning(database)
    const commits = countCommits()
    await Promise.all(choices.map((each, place) => service.receivePayResult(paid(each, place + 1))))
    expect(commits()).toBeLessThan(CHOICES / 2)
    expect((await service.myCourseTable(choice(1).userId, 1, 50)).total).toBe(CHOICES)
    for (const { id } of choices) {
      expect(await database.learningStores.choices.find(id)).toMatchObject({
        status: ChoiceStatus.succeeded,
        validtimeStart: 1_000,
      })
    }
  })

  it('given some that were handled, some whose choice was taken back and one that is unknown, then the others are granted', async () => {
    const database = await open()
    const service = learning(database)
    const choices = Array.from({ length: CHOICES }, (_, place) => choice(place + 101))
    for (const each of choices) await database.learningStores.choices.insertOrRead(each)
    const [takenBack, handled, ...others] = choices
    if (takenBack === undefined || handled === undefined) return
    await database.learningStores.choices.retire(takenBack.id)
    await service.receivePayResult(paid(handled, 102))
    const messages = [paid(takenBack, 101), paid(handled, 102), ...others.map((each, place) => paid(each, 103 + place))]
    const outcomes = await Promise.allSettled(
      [...messages, ...messages.slice(4), paid(choice(999), 999)].map(service.receivePayResult),
    )
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'choice_not_found' } },
    ])
    const statuses = await Promise.all(
      choices.map(async ({ id }) => (await database.learningStores.choices.find(id))?.status),
    )
    expect(statuses).toEqual([ChoiceStatus.waiting, ...Array(CHOICES - 1).fill(ChoiceStatus.succeeded)])
    expect(
      (await service.myCourseTable(takenBack.userId, 1, 50)).entries.map(({ courseId }) => courseId),
    ).not.toContain(takenBack.courseId)
  })

  it('given courses that are bought again, then their rows are replaced together', async () => {
    const database = await open()
    const service = learning(database)
    const first = Array.from({ length: CHOICES }, (_, place) => choice(place + 201))
    for (const each of first) await database.learningStores.choices.insertOrRead(each)
    await Promise.all(first.map((each, place) => service.receivePayResult(paid(each, place + 201))))
    for (const { id } of first) await database.learningStores.choices.retire(id)
    const second = first.map((each, place) => ({ ...choice(place + 301), courseId: each.courseId }))
    for (const each of second) await database.learningStores.choices.insertOrRead(each)
    await Promise.all(second.map((each, place) => service.receivePayResult(paid(each, place + 301))))
    const { entries } = await service.myCourseTable(choice(1).userId, 1, 100)
    const renewed = entries.filter(({ courseId }) => first.some((each) => each.courseId === courseId))
    expect(renewed.map(({ chooseCourseId }) => chooseCourseId).toSorted()).toEqual(
      second.map(({ id }) => id).toSorted(),
    )
  })
})
