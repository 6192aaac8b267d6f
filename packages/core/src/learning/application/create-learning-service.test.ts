import { describe, expect, it } from 'vitest'
import { codeOf, openShop, paidCourse, zhang } from '../../../test/shop.js'
import {
  courseId,
  LearnStatus,
  MessageType,
  messageId,
  OrderType,
  outBusinessId,
  PermanentFailure,
} from '../../index.js'
import type { ReceivedPayResultMessage } from '../../ports.js'

const messageOf = (id: string, messageType: string = MessageType.payResult, count = 7): ReceivedPayResultMessage => ({
  ...{ id: messageId(String(count)), messageType, businessKey1: outBusinessId(id) },
  ...{ businessKey2: OrderType.course, businessKey3: null },
})

describe('the learning centre', () => {
  it('says that a course is not there', async () => {
    const { learning } = await openShop()
    const none = courseId('none')
    for (const call of [learning.chooseCourse(zhang, none), learning.learnStatus(zhang, none)])
      await expect(call).rejects.toMatchObject({
        code: 'course_not_found',
        message: 'There is no such course. Choose one that is on sale.',
      })
  })

  it('may be asked about a course that nobody chose', async () => {
    const { learning } = await openShop()
    expect(await learning.learnStatus(zhang, paidCourse.courseId)).toMatchObject({
      ...{ courseName: paidCourse.courseName, choice: null, learnStatus: LearnStatus.notPaid },
    })
  })

  it('shows the course table by pages', async () => {
    const { learning, learningStore } = await openShop()
    for (const id of ['11', '12', '13']) {
      learningStore.publish({ courseId: courseId(id), courseName: id, price: 0 as never, validDays: 30 })
      await learning.chooseCourse(zhang, courseId(id))
    }
    const names = async (page: number) =>
      (await learning.myCourseTable(zhang, page, 2)).entries.map(({ courseName }) => courseName)
    expect((await names(1)).length).toBe(2)
    expect([...(await names(1)), ...(await names(2))].toSorted()).toEqual(['11', '12', '13'])
    expect(await names(3)).toEqual([])
  })
})

describe('a message about an order', () => {
  const granted = async (message: (id: string) => ReceivedPayResultMessage) => {
    const shop = await openShop()
    const { id } = await shop.choose()
    await shop.learning.receivePayResult(messageOf(id, MessageType.payResult, 1))
    await shop.learning.receivePayResult(message(id))
    return (await shop.learning.learnStatus(zhang, paidCourse.courseId)).learnStatus
  }

  it('takes the course away after a full refund, and leaves it after a partial one', async () => {
    expect(await granted((id) => messageOf(id, MessageType.refundResult))).toBe(LearnStatus.notPaid)
    expect(await granted((id) => messageOf(id, MessageType.partialRefund))).toBe(LearnStatus.mayLearn)
  })

  it('is left alone when it is of another order type or of a kind that is not known', async () => {
    const other = (id: string) => ({ ...messageOf(id, MessageType.refundResult), businessKey2: '60202' })
    expect(await granted(other)).toBe(LearnStatus.mayLearn)
    expect(await granted((id) => messageOf(id, 'somethingelse_notify'))).toBe(LearnStatus.mayLearn)
  })

  it('names the choice that does not exist here', async () => {
    const { learning } = await openShop()
    const call = learning.receivePayResult(messageOf('4711'))
    await expect(call).rejects.toMatchObject({ code: 'choice_not_found', message: expect.stringContaining('4711') })
  })

  it('fails for good when its key is the id of no choice', async () => {
    const { learning } = await openShop()
    const call = learning.receivePayResult(messageOf('webinar-7'))
    await expect(call).rejects.toThrow(PermanentFailure)
    await expect(call).rejects.toThrow('businessKey1 must be the id of a choice')
  })

  it('is noted under the name of the consumer, and commits nothing when it comes a second time', async () => {
    const shop = await openShop()
    const { id } = await shop.choose()
    await shop.learning.receivePayResult(messageOf(id))
    expect(await shop.learningStore.entitlements.isHandled('learning-centre', messageOf(id).id)).toBe(true)
    const { commit } = shop.learningStore.entitlements
    Object.assign(shop.learningStore.entitlements, { commit: () => Promise.reject(new Error('a second commit')) })
    expect(await codeOf(shop.learning.receivePayResult(messageOf(id)))).toBe('no error')
    Object.assign(shop.learningStore.entitlements, { commit })
  })
})
