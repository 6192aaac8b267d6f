import { describe, expect, it } from 'vitest'
import { freeCourse, li, openShop, paidCourse, zhang } from '../../../test/shop.js'
import { ChoiceStatus, LearnStatus, MessageType, PermanentFailure, type ReceivedMessage } from '../../index.js'

const DAY = 86_400_000
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error) => error.code,
  )
const payResult = (businessKey1: string, changes: Partial<ReceivedMessage> = {}) =>
  ({
    id: '7',
    messageType: 'payresult_notify',
    businessKey1,
    businessKey2: '60201',
    businessKey3: null,
    ...changes,
  }) as ReceivedMessage

describe('chooseCourse', () => {
  it('given a free course, then it stands in the course table at once', async () => {
    const { lessons } = await openShop()
    const { choice, learnStatus } = await lessons.chooseCourse(zhang, freeCourse.courseId)
    expect([choice.status, learnStatus]).toEqual([ChoiceStatus.succeeded, LearnStatus.mayLearn])
    expect((await lessons.myCourseTable(zhang, 1, 10)).entries).toMatchObject([{ courseId: freeCourse.courseId }])
  })

  it('given a paid course, then it waits for payment and stands in no table', async () => {
    const { lessons } = await openShop()
    const { choice, learnStatus } = await lessons.chooseCourse(zhang, paidCourse.courseId)
    expect([choice.status, choice.coursePrice, learnStatus]).toEqual([ChoiceStatus.waiting, 9_900, LearnStatus.notPaid])
    expect((await lessons.myCourseTable(zhang, 1, 10)).total).toBe(0)
  })

  it('given 50 callers at once, then all get the same choice, and another user gets another', async () => {
    const { lessons } = await openShop()
    const views = await Promise.all(Array.from({ length: 50 }, () => lessons.chooseCourse(zhang, paidCourse.courseId)))
    expect(new Set(views.map(({ choice }) => choice.id)).size).toBe(1)
    expect((await lessons.chooseCourse(li, paidCourse.courseId)).choice.id).not.toBe(views[0]?.choice.id)
  })

  it('given a choice that has run out, then a new one is made and the table shows the course once', async () => {
    const shop = await openShop()
    const first = await shop.lessons.chooseCourse(zhang, freeCourse.courseId)
    shop.clock.set(shop.clock.now() + 30 * DAY)
    expect((await shop.lessons.learnStatus(zhang, freeCourse.courseId)).learnStatus).toBe(LearnStatus.expired)
    const second = await shop.lessons.chooseCourse(zhang, freeCourse.courseId)
    expect(second.choice.id).not.toBe(first.choice.id)
    expect((await shop.lessons.myCourseTable(zhang, 1, 10)).entries).toMatchObject([
      { chooseCourseId: second.choice.id },
    ])
  })

  it('given a course that is not published, then it is not found', async () => {
    const { lessons } = await openShop()
    expect(await codeOf(lessons.chooseCourse(zhang, '99' as never))).toBe('course_not_found')
    expect(await codeOf(lessons.learnStatus(zhang, '99' as never))).toBe('course_not_found')
  })
})

describe('receivePayResult', () => {
  it('given one message ten times, and another of the same choice, then the course is granted once, for all its days', async () => {
    const shop = await openShop()
    const choice = await shop.choose()
    shop.clock.set(shop.clock.now() + 3 * DAY)
    const paidAt = shop.clock.now()
    await Promise.all(Array.from({ length: 10 }, () => shop.lessons.receivePayResult(payResult(choice.id))))
    shop.clock.set(paidAt + DAY)
    await shop.lessons.receivePayResult(payResult(choice.id, { id: '8' as never }))
    expect(await shop.lessons.myCourseTable(zhang, 1, 10)).toMatchObject({
      total: 1,
      entries: [{ chooseCourseId: choice.id, validtimeStart: paidAt, validtimeEnd: paidAt + 365 * DAY }],
    })
  })

  it('given money that went back before the message of its payment is read, then nothing is granted, now or later', async () => {
    const shop = await openShop()
    const choice = await shop.choose()
    const refund = payResult(choice.id, { id: '8' as never, messageType: MessageType.refundResult })
    await shop.lessons.receivePayResult(refund)
    await shop.lessons.receivePayResult(payResult(choice.id))
    await shop.lessons.receivePayResult(payResult(choice.id, { id: '9' as never }))
    expect((await shop.lessons.myCourseTable(zhang, 1, 10)).total).toBe(0)
    const another = await shop.choose()
    const kinds = [MessageType.payResult, MessageType.refundResult]
    const messages = kinds.map((messageType, place) =>
      payResult(another.id, { id: String(10 + place) as never, messageType }),
    )
    await Promise.all(messages.map(shop.lessons.receivePayResult))
    expect((await shop.lessons.myCourseTable(zhang, 1, 10)).total).toBe(0)
  })

  it('given a message of another business or kind, then it is left alone', async () => {
    const shop = await openShop()
    const choice = await shop.choose()
    await shop.lessons.receivePayResult(payResult(choice.id, { businessKey2: '60202' }))
    await shop.lessons.receivePayResult(payResult(choice.id, { messageType: 'something_new' }))
    expect((await shop.lessons.learnStatus(zhang, paidCourse.courseId)).learnStatus).toBe(LearnStatus.notPaid)
  })

  it('given a choice that is not known here, then it fails and can be tried again with the same message', async () => {
    const shop = await openShop()
    expect(await codeOf(shop.lessons.receivePayResult(payResult('12345')))).toBe('choice_not_found')
    expect(await codeOf(shop.lessons.receivePayResult(payResult('12345')))).toBe('choice_not_found')
    await expect(shop.lessons.receivePayResult(payResult('no-number'))).rejects.toBeInstanceOf(PermanentFailure)
  })
})
