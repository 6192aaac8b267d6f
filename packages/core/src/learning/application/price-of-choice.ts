import { CheckoutError } from '../../shared/checkout-error.js'
import { type ChooseCourseId, isSnowflake } from '../../shared/identifiers.js'
import type { PriceSource } from '../../shared/ports/price-source.js'
import { ChoiceStatus, ChoiceType } from '../../shared/status-codes.js'
import type { CourseChoice } from '../domain/course-choice.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** The price source of order type 60201: the choice, its owner and its price. */
export function priceOfChoice({ stores }: Pick<LearningDependencies, 'stores'>): PriceSource {
  return {
    async priceOf({ outBusinessId, userId }) {
      const choice = isSnowflake(outBusinessId)
        ? await stores.choices.find(outBusinessId as string as ChooseCourseId)
        : null
      if (choice === null) throw new CheckoutError('choice_not_found', 'There is no such choice of a course.')
      if (choice.userId !== userId) throw new CheckoutError('not_yours', 'This choice belongs to another user.')
      checkWaiting(choice)
      return choice.coursePrice
    },
  }
}

function checkWaiting(choice: CourseChoice): void {
  if (choice.orderType === ChoiceType.free) throw new CheckoutError('nothing_to_pay', 'This course is free.')
  if (choice.status === ChoiceStatus.succeeded) throw new CheckoutError('order_already_paid', 'This course is paid.')
}
