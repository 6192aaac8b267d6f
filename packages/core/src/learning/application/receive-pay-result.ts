import { CheckoutError } from '../../shared/checkout-error.js'
import { type ChooseCourseId, isSnowflake } from '../../shared/identifiers.js'
import type { ReceivedMessage } from '../../shared/pay-result-message.js'
import { PermanentFailure } from '../../shared/ports/message-subscriber.js'
import { ChoiceStatus, MessageType, OrderType } from '../../shared/status-codes.js'
import { grantChoice, tableEntryOf } from '../domain/course-choice.js'
import type { LearningStores } from '../ports/learning-stores.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** Name of this consumer in the inbox. */
const CONSUMER = 'learning-centre'

/** Puts a paid course into the course table, once for each message and each choice (seed: `saveChooseCourseSuccess`). */
export function receivePayResult({ unitOfWork, clock }: Pick<LearningDependencies, 'unitOfWork' | 'clock'>) {
  return async (message: ReceivedMessage): Promise<void> => {
    if (message.messageType !== MessageType.payResult || message.businessKey2 !== OrderType.course) return
    const choiceId = message.businessKey1
    if (!isSnowflake(choiceId)) throw new PermanentFailure('businessKey1 is not the id of a choice')
    const now = clock.now()
    await unitOfWork.run(async (stores) => {
      if (!(await stores.handled.takeOnce(CONSUMER, message.id, now))) return
      await grant(stores, choiceId as string as ChooseCourseId, now)
    })
  }
}

async function grant({ choices, courseTable }: LearningStores, id: ChooseCourseId, now: number): Promise<void> {
  const choice = await choices.find(id)
  if (choice === null) throw new CheckoutError('choice_not_found', 'The choice that was paid for is not known here.')
  if (choice.status !== ChoiceStatus.waiting) return
  const granted = grantChoice(choice, now)
  if (await choices.grant(granted)) await courseTable.put(tableEntryOf(granted, now))
}
