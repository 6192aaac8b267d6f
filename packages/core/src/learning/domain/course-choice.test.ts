import { describe, expect, it } from 'vitest'
import { sampleChoice, sampleCourse, sampleId, sampleUserId } from '../../contracts/sample-data.js'
import { chooseCourseId } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { ChoiceStatus, ChoiceType, LearnStatus } from '../../shared/status-codes.js'
import { grantChoice, isSpent, learnStatusOf, newChoice, tableEntryOf } from './course-choice.js'

const DAY_MS = 86_400_000
const id = chooseCourseId(sampleId(501))
const choiceOf = (price: number) =>
  newChoice({ id, userId: sampleUserId, course: sampleCourse({ price: fen(price), validDays: 30 }), now: 1_000 })

describe('a new choice', () => {
  it('given a paid course, then it waits for its payment, at the price of the catalogue', () => {
    expect(choiceOf(9_900)).toMatchObject({
      id,
      userId: sampleUserId,
      courseId: sampleCourse().courseId,
      courseName: sampleCourse().courseName,
      orderType: ChoiceType.paid,
      coursePrice: 9_900,
      status: ChoiceStatus.waiting,
      createDate: 1_000,
    })
  })

  it('given a free course, then it is granted at once', () => {
    expect(choiceOf(0)).toMatchObject({
      orderType: ChoiceType.free,
      coursePrice: 0,
      status: ChoiceStatus.succeeded,
      validDays: 30,
      validtimeStart: 1_000,
      validtimeEnd: 1_000 + 30 * DAY_MS,
    })
  })

  it('given a price of one fen, then it is not free', () => {
    expect(choiceOf(1)).toMatchObject({ orderType: ChoiceType.paid, status: ChoiceStatus.waiting })
  })
})

describe('a granted choice', () => {
  const waiting = choiceOf(9_900)

  it('given a payment days later, then the days begin with the grant and nothing else changes', () => {
    const now = 1_000 + 3 * DAY_MS
    expect(grantChoice(waiting, now)).toEqual({
      ...waiting,
      status: ChoiceStatus.succeeded,
      validtimeStart: now,
      validtimeEnd: now + 30 * DAY_MS,
    })
  })

  it('given a grant, then its line in the course table has the same validity', () => {
    const granted = grantChoice(waiting, 5_000)
    expect(tableEntryOf(granted, 6_000)).toEqual({
      chooseCourseId: id,
      userId: granted.userId,
      courseId: granted.courseId,
      courseName: granted.courseName,
      orderType: granted.orderType,
      createDate: 6_000,
      validtimeStart: 5_000,
      validtimeEnd: 5_000 + 30 * DAY_MS,
    })
  })
})

describe('whether a user may learn', () => {
  const end = 1_000 + 30 * DAY_MS
  const [waiting, granted] = [choiceOf(9_900), choiceOf(0)]

  it.each([
    ['no choice at all', null, 1_000, LearnStatus.notPaid],
    ['a choice that waits', waiting, 1_000, LearnStatus.notPaid],
    ['a choice that waits for longer than the course is valid', waiting, end + 1, LearnStatus.notPaid],
    ['a granted choice at its beginning', granted, 1_000, LearnStatus.mayLearn],
    ['a granted choice in its last millisecond', granted, end - 1, LearnStatus.mayLearn],
    ['a granted choice at its end', granted, end, LearnStatus.expired],
  ])('given %s, then it is told so', (_what, choice, now, status) => {
    expect(learnStatusOf(choice, now)).toBe(status)
  })

  it('given a choice that waits, then it is never spent, however long it waits', () => {
    expect(isSpent(sampleChoice(), Number.MAX_SAFE_INTEGER)).toBe(false)
  })

  it('given a granted choice, then it is spent from its end on', () => {
    expect([isSpent(granted, end - 1), isSpent(granted, end)]).toEqual([false, true])
  })
})
