import { messageId, outBusinessId, userId } from '@coursepay/core'
import { createLearningModule, systemClock, systemScheduler } from '@coursepay/core/assembly'
import { sampleCourse, sampleId, sampleMessage } from '@coursepay/core/contracts'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sqlStore } from '../src/sql-store.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { temporaryDatabaseFile } from './support/temporary-folder.js'

const course = sampleCourse()

/** The learning centre as one process has it; its messages come from the test. */
async function startProcess(url: string) {
  const store = await sqlStore({ url }).open()
  onTestFinished(() => store.close())
  await store.publishCourses([course])
  const subscriber = { subscribe: async () => ({ stop: async () => {} }) }
  const { service } = createLearningModule({
    ...{ store: store.learningStore, ids: store.ids, clock: systemClock, scheduler: systemScheduler },
    ...{ subscriber, queue: 'unused' },
  })
  return service
}

function describeRepeatedMessages(urlOf: () => string): void {
  let messages = 0
  async function chooseAs(name: string) {
    const [url, buyer] = [urlOf(), userId(name)]
    const [one, other] = [await startProcess(url), await startProcess(url)]
    const { choice } = await one.chooseCourse(buyer, course.courseId)
    const about = { businessKey1: outBusinessId(choice.id) }
    const message = (changes: object) => {
      messages += 1
      return sampleMessage(1, { ...about, ...changes, id: messageId(sampleId(messages)) })
    }
    return {
      ...{ one, other },
      paid: message({}),
      refunded: message({ messageType: 'refundresult_notify' }),
      coursesNow: async () => (await one.myCourseTable(buyer, 1, 10)).total,
    }
  }

  it('that come ten times at once to two processes give one course', async () => {
    const { one, other, paid, coursesNow } = await chooseAs('buyer-of-one')
    await Promise.all(Array.from({ length: 10 }, (_, copy) => (copy % 2 ? one : other).receivePayResult(paid)))
    expect(await coursesNow()).toBe(1)
  })

  it('of a payment and its refund leave no course, whichever comes first, and however often', async () => {
    for (const first of ['paid', 'refunded'] as const) {
      const { one, other, paid, refunded, coursesNow } = await chooseAs(`buyer-${first}-first`)
      const order = first === 'paid' ? [paid, refunded] : [refunded, paid]
      for (const message of [...order, ...order]) {
        await Promise.all([one.receivePayResult(message), other.receivePayResult(message)])
      }
      expect(await coursesNow()).toBe(0)
    }
  })
}

describe('messages of a choice on SQLite', () => {
  describeRepeatedMessages(() => `sqlite:${temporaryDatabaseFile()}`)
})

describeOnMysql('messages of a choice on MySQL', () => {
  const test = mysqlTestDatabase()
  describeRepeatedMessages(() => test.url())
})
