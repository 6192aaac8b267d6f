import { describe, expect, it } from 'vitest'
import { sampleChoice, sampleCourse, sampleId, sampleUserId } from '../../../testing/contracts/index.js'
import { chooseCourseId } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { ChoiceStatus, ChoiceType, LearnStatus } from '../../shared/status-codes.js'
import { isExpired, learnStatusOf, newChoice, tableEntryOf } from './course-choice.js'

const DAY_MS = 86_400_000
const id = chooseCourseId(sampleId(501))
const choiceOf = (price: number) =>
  newChoice({ id, userId: sampleUserId, course: sampleCourse({ price: fen(price), validDays: 30 }), now: 1_000 })

describe('a new choice', () => {
  it('of a paid course waits for its payment, at the price of the catalogue', () => {
    expect(choiceOf(9_900)).toEqual({
      ...{ id, userId: sampleUserId, courseId: sampleCourse().courseId, courseName: sampleCourse().courseName },
      ...{ orderType: ChoiceType.paid, coursePrice: 9_900, validDays: 30, status: ChoiceStatus.waiting },
      ...{ createDate: 1_000, validtimeStart: 1_000, validtimeEnd: 1_000 + 30 * DAY_MS },
      ...{ retired: null, grantKey: null, version: 1 },
    })
  })

  it.each([
    [0, ChoiceType.free, ChoiceStatus.succeeded],
    [1, ChoiceType.paid, ChoiceStatus.waiting],
  ])('at %i fen is of type %s', (price, orderType, status) => {
    expect(choiceOf(price)).toMatchObject({ coursePrice: price, orderType, status })
  })

  it('has a table entry of the same validity', () => {
    const choice = choiceOf(0)
    expect(tableEntryOf(choice, 6_000)).toEqual({
      ...{ chooseCourseId: id, userId: choice.userId, courseId: choice.courseId, courseName: choice.courseName },
      ...{ orderType: ChoiceType.free, createDate: 6_000, validtimeStart: 1_000, validtimeEnd: 1_000 + 30 * DAY_MS },
    })
  })
})

describe('the learn status', () => {
  const end = 1_000 + 30 * DAY_MS
  const [waiting, granted] = [choiceOf(9_900), choiceOf(0)]

  it.each([
    ['no choice at all', null, 1_000, LearnStatus.notPaid],
    ['a choice that waits', waiting, 1_000, LearnStatus.notPaid],
    ['a choice that waits for longer than the course is valid', waiting, end + 1, LearnStatus.notPaid],
    ['a granted choice at its beginning', granted, 1_000, LearnStatus.mayLearn],
    ['a granted choice in its last millisecond', granted, end - 1, LearnStatus.mayLearn],
    ['a granted choice at its end', granted, end, LearnStatus.expired],
  ])('of %s is %s', (_what, choice, now, status) => {
    expect(learnStatusOf(choice, now)).toBe(status)
  })

  it('of a waiting choice never expires', () => {
    expect(isExpired(sampleChoice(), Number.MAX_SAFE_INTEGER)).toBe(false)
  })
})
