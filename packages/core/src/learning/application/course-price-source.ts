import { CheckoutError } from '../../shared/checkout-error.js'
import { chooseCourseId, isSnowflake } from '../../shared/identifiers.js'
import type { Offer, PriceSource } from '../../shared/ports/price-source.js'
import { ChoiceStatus, ChoiceType, OrderType } from '../../shared/status-codes.js'
import type { Course } from '../domain/course.js'
import type { CourseChoice } from '../domain/course-choice.js'
import { findChoice, isOutdatedChoice } from '../domain/course-entitlement.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** The price source of order type 60201: the choice with its price, its course's name and one line of goods. */
export function coursePriceSource({ store }: Pick<LearningDependencies, 'store'>): PriceSource {
  return {
    async offerOf({ outBusinessId, userId }) {
      const id = isSnowflake(outBusinessId) ? chooseCourseId(outBusinessId) : null
      const entitlement = id === null ? null : await store.entitlements.find({ id })
      const choice = id === null || entitlement === null ? null : findChoice(entitlement, id)
      if (choice === null)
        throw new CheckoutError('choice_not_found', 'This choice of a course does not exist. Choose the course again.')
      if (choice.userId !== userId)
        throw new CheckoutError('not_yours', 'This choice belongs to another user. Choose the course yourself.')
      checkChoiceAwaitsPayment(choice)
      checkChoiceUpToDate(choice, await store.catalogue.find(choice.courseId))
      return offerOfChoice(choice)
    },
  }
}

function checkChoiceAwaitsPayment(choice: CourseChoice): void {
  if (choice.orderType === ChoiceType.free)
    throw new CheckoutError('nothing_to_pay', 'This course is free: it needs no order.')
  if (choice.status === ChoiceStatus.succeeded && choice.retired === 'revoked') {
    throw new CheckoutError('order_already_refunded', 'This choice was refunded or revoked. Choose the course again.')
  }
  if (choice.status === ChoiceStatus.succeeded)
    throw new CheckoutError('order_already_paid', 'This course is paid already. There is no need to pay again.')
}

function checkChoiceUpToDate(choice: CourseChoice, course: Course | null): void {
  if (course === null)
    throw new CheckoutError('choice_outdated', 'This course is not on sale any more. Choose another.')
  if (choice.retired !== null || isOutdatedChoice(choice, course)) {
    throw new CheckoutError('choice_outdated', 'The price or validity of this course changed. Choose it again.')
  }
}

export const offerOfChoice = ({ coursePrice, courseName, courseId }: CourseChoice): Offer => ({
  price: coursePrice,
  orderName: courseName,
  goods: [
    { goodsId: courseId, goodsType: OrderType.course, goodsName: courseName, goodsPrice: coursePrice, goodsDetail: '' },
  ],
})
