import { describe, expect, it } from 'vitest'
import { sampleCourse, sampleId, sampleUserId } from '../../../testing/contracts/index.js'
import { type ChooseCourseId, chooseCourseId } from '../../shared/identifiers.js'
import { fen } from '../../shared/money.js'
import { ChoiceStatus, ChoiceType } from '../../shared/status-codes.js'
import {
  type CourseEntitlement,
  chooseCourse,
  currentChoice,
  emptyEntitlement,
  grantCourseWithoutPayment,
  grantPaidChoice,
  isOutdatedChoice,
  revokeChoice,
  revokeGrantedChoices,
} from './course-entitlement.js'

const DAY_MS = 86_400_000
const course = sampleCourse({ validDays: 30 })
const cheaper = { ...course, price: fen(1) }
const free = { ...course, price: fen(0) }
const id = (count: number) => chooseCourseId(sampleId(count))
const empty = emptyEntitlement(sampleUserId, course.courseId)

type Step = (entitlement: CourseEntitlement, now: number) => CourseEntitlement
const choose =
  (count: number, chosen = course): Step =>
  (entitlement, now) =>
    chooseCourse(entitlement, { id: id(count), course: chosen, now })
const pay =
  (count: number): Step =>
  (entitlement, now) =>
    grantPaidChoice(entitlement, id(count), now)
const refund =
  (count: number): Step =>
  (entitlement, now) =>
    revokeChoice(entitlement, id(count), now)
const grant =
  (count: number, key: string, days: number | null = null): Step =>
  (entitlement, now) =>
    grantCourseWithoutPayment(entitlement, { id: id(count), course, now, key, days })
const wait =
  (days: number): Step =>
  (entitlement) => {
    clock += days * DAY_MS
    return entitlement
  }
const revoke: Step = revokeGrantedChoices

let clock = 0
const entitlementAfter = (...steps: readonly Step[]): CourseEntitlement => {
  clock = 1_000
  return steps.reduce((entitlement, step) => step(entitlement, clock), empty)
}

/**
 * For each choice its count, state and retirement; then the choice behind the table entry, and when that ends, in days.
 */
const summaryOf = ({ choices, entry }: CourseEntitlement) => {
  const countOf = (choiceId: ChooseCourseId) => choices.findIndex((choice) => choice.id === choiceId) + 1
  return [
    choices.map(
      ({ status, retired }) => `${status === ChoiceStatus.waiting ? 'waiting' : 'granted'} ${retired ?? 'current'}`,
    ),
    entry === null ? null : [countOf(entry.chooseCourseId), (entry.validtimeEnd - 1_000) / DAY_MS],
  ]
}

describe('an entitlement', () => {
  it.each<[string, readonly Step[], readonly string[], readonly [number, number] | null]>([
    ['a paid course is chosen', [choose(1)], ['waiting current'], null],
    ['a free course is chosen', [choose(1, free)], ['granted current'], [1, 30]],
    ['a course is chosen again', [choose(1), wait(9), choose(2)], ['waiting current'], null],
    ['a free course is chosen again', [choose(1, free), wait(29), choose(2, free)], ['granted current'], [1, 30]],
    [
      'an expired course is chosen again',
      [choose(1, free), wait(30), choose(2, free)],
      ['granted superseded', 'granted current'],
      [2, 60],
    ],
    [
      'the price changed while a choice waited',
      [choose(1), choose(2, cheaper)],
      ['waiting superseded', 'waiting current'],
      null,
    ],
    [
      'the validity changed while a choice waited',
      [choose(1), choose(2, { ...course, validDays: 31 })],
      ['waiting superseded', 'waiting current'],
      null,
    ],
    ['the price changed after the payment', [choose(1), pay(1), choose(2, cheaper)], ['granted current'], [1, 30]],
    ['a choice is paid nine days later', [choose(1), wait(9), pay(1)], ['granted current'], [1, 39]],
    ['a choice is paid twice', [choose(1), pay(1), wait(1), pay(1)], ['granted current'], [1, 30]],
    ['an unknown choice is paid', [choose(1), pay(9)], ['waiting current'], null],
    [
      'a superseded choice is paid: its code was given out',
      [choose(1), choose(2, cheaper), pay(1)],
      ['granted current', 'waiting superseded'],
      [1, 30],
    ],
    [
      'both choices are paid',
      [choose(1), choose(2, cheaper), pay(1), wait(1), pay(2)],
      ['granted superseded', 'granted current'],
      [2, 31],
    ],
    ['a paid choice is refunded', [choose(1), pay(1), refund(1)], ['granted revoked'], null],
    ['a refund comes before its payment', [choose(1), refund(1), pay(1)], ['waiting revoked'], null],
    ['a choice is refunded twice', [choose(1), pay(1), refund(1), refund(1)], ['granted revoked'], null],
    [
      'one of two paid choices is refunded',
      [choose(1), choose(2, cheaper), pay(1), wait(1), pay(2), refund(2)],
      ['granted current', 'granted revoked'],
      [1, 30],
    ],
    [
      'a superseded paid choice is refunded',
      [choose(1), choose(2, cheaper), pay(1), wait(1), pay(2), refund(1)],
      ['granted revoked', 'granted current'],
      [2, 31],
    ],
    [
      'an expired payment is refunded while a new choice waits',
      [choose(1), pay(1), wait(31), choose(2), pay(2), wait(31), choose(3), refund(2)],
      ['granted superseded', 'granted revoked', 'waiting current'],
      [1, 30],
    ],
    [
      'a refunded course is chosen again',
      [choose(1), pay(1), refund(1), choose(2)],
      ['granted revoked', 'waiting current'],
      null,
    ],
    ['a course is granted without a payment', [grant(1, 'gift')], ['granted current'], [1, 30]],
    ['a course is granted for seven days', [grant(1, 'gift', 7)], ['granted current'], [1, 7]],
    ['one key grants twice', [grant(1, 'gift'), wait(1), grant(2, 'gift')], ['granted current'], [1, 30]],
    [
      'two keys grant, and the longer one counts',
      [grant(1, 'long', 90), grant(2, 'short', 7)],
      ['granted current', 'granted superseded'],
      [1, 90],
    ],
    [
      'a paid course is granted for fewer days than were paid',
      [choose(1), pay(1), grant(2, 'apology', 7)],
      ['granted current', 'granted superseded'],
      [1, 30],
    ],
    [
      'an order is refunded beside a grant',
      [choose(1), pay(1), grant(2, 'gift'), refund(1)],
      ['granted revoked', 'granted current'],
      [2, 30],
    ],
    [
      'everything is revoked',
      [choose(1), pay(1), grant(2, 'gift'), revoke],
      ['granted revoked', 'granted revoked'],
      null,
    ],
    ['a waiting choice is not revoked: it was given to nobody', [choose(1), revoke], ['waiting current'], null],
    ['a payment comes after everything was revoked', [choose(1), pay(1), revoke, pay(1)], ['granted revoked'], null],
  ])('when %s', (_, steps, choices, entry) => {
    expect(summaryOf(entitlementAfter(...steps))).toEqual([choices, entry])
  })

  it('keeps its table entry as it is, with its day, while the same choice is valid longest', () => {
    const { entry } = entitlementAfter(choose(1), pay(1), grant(2, 'longer', 90))
    expect(entitlementAfter(choose(1), pay(1), grant(2, 'longer', 90), wait(1), refund(1)).entry).toEqual(entry)
  })

  it('has an outdated choice when its course was withdrawn while it waited, and not when it was paid', () => {
    const [waiting, paid] = [
      currentChoice(entitlementAfter(choose(1))),
      currentChoice(entitlementAfter(choose(1), pay(1))),
    ]
    expect([waiting, paid].map((choice) => choice !== null && isOutdatedChoice(choice, null))).toEqual([true, false])
  })

  it('is the same object when nothing changes', () => {
    const paid = entitlementAfter(choose(1), pay(1))
    expect(chooseCourse(paid, { id: id(2), course, now: 2_000 })).toBe(paid)
    expect(grantPaidChoice(paid, id(1), 2_000)).toBe(paid)
    expect(grantPaidChoice(paid, id(9), 2_000)).toBe(paid)
    expect(revokeChoice(paid, id(9), 2_000)).toBe(paid)
    const refunded = entitlementAfter(choose(1), pay(1), refund(1))
    expect(revokeChoice(refunded, id(1), 2_000)).toBe(refunded)
    expect(revokeGrantedChoices(empty, 2_000)).toBe(empty)
    const granted = entitlementAfter(grant(1, 'gift'))
    expect(grantCourseWithoutPayment(granted, { id: id(2), course, now: 2_000, key: 'gift', days: 1 })).toBe(granted)
  })

  it('has at most one current choice, which waits or is that of the table entry, whatever happens', () => {
    const stepsAt = (index: number) => [
      ...[choose(10 + index), choose(20 + index, cheaper), pay(1), pay(10), pay(20), pay(21)],
      ...[grant(30 + index, `key-${index}`), refund(1), refund(20), refund(30), revoke, wait(31)],
    ]
    for (const first of stepsAt(0)) {
      for (const second of stepsAt(1)) {
        for (const third of stepsAt(2)) {
          const { choices, entry } = entitlementAfter(choose(1), first, second, third)
          const [current, ...others] = choices.filter(({ retired }) => retired === null)
          expect(others).toEqual([])
          if (current?.status === ChoiceStatus.succeeded) expect(current.id).toBe(entry?.chooseCourseId)
        }
      }
    }
  })

  it('marks a grant without a payment as free, at the price of the course', () => {
    expect(currentChoice(entitlementAfter(grant(1, 'gift')))).toMatchObject({
      ...{ orderType: ChoiceType.free, coursePrice: course.price, grantKey: 'gift' },
    })
  })
})
