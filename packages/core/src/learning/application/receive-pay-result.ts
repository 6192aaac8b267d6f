import { CheckoutError } from '../../shared/checkout-error.js'
import { type ChooseCourseId, isSnowflake, type MessageId } from '../../shared/identifiers.js'
import type { ReceivedMessage } from '../../shared/pay-result-message.js'
import { PermanentFailure } from '../../shared/ports/message-subscriber.js'
import { ChoiceStatus, MessageType, OrderType } from '../../shared/status-codes.js'
import { together } from '../../shared/together.js'
import { type CourseChoice, grantChoice, tableEntryOf } from '../domain/course-choice.js'
import type { LearningStores } from '../ports/learning-stores.js'
import type { LearningDependencies } from './learning-dependencies.js'

/** Name of this consumer in the inbox. */
const CONSUMER = 'learning-centre'

/**
 * Puts a paid course into the course table and takes a refunded one out, once for each message and each choice (seed:
 * `saveChooseCourseSuccess`). The two messages may come in either order: what was taken back is never granted.
 */
export function receivePayResult({ unitOfWork, clock }: Pick<LearningDependencies, 'unitOfWork' | 'clock'>) {
  return async (message: ReceivedMessage): Promise<void> => {
    const effect = effectOf(message)
    if (effect === null) return
    const choiceId = message.businessKey1
    if (!isSnowflake(choiceId)) throw new PermanentFailure('businessKey1 is not the id of a choice')
    const now = clock.now()
    if (effect === grant && (await grantAtOnce(unitOfWork, message, choiceId, now))) return
    await unitOfWork.run(async (stores) => {
      if (!(await stores.handled.takeOnce(CONSUMER, message.id, now))) return
      await effect(stores, await findChoice(stores, choiceId), now)
    })
  }
}

/** Thrown to undo what was asked for in the belief that the choice still waits and the message is new. */
class NotAsSeen extends Error {}

/**
 * A first message about a choice that waits, as nearly all are: everything is asked for in one turn, which a store may do for many messages together.
 * False, with nothing changed, when it is not so.
 */
async function grantAtOnce(
  unitOfWork: LearningDependencies['unitOfWork'],
  { id }: ReceivedMessage,
  choiceId: string,
  now: number,
): Promise<boolean> {
  try {
    return await unitOfWork.run((stores) => grantWaiting(stores, id, choiceId, now), { changesLast: true })
  } catch (error) {
    if (error instanceof NotAsSeen) return false
    throw error
  }
}

async function grantWaiting(
  stores: LearningStores,
  messageId: MessageId,
  choiceId: string,
  now: number,
): Promise<boolean> {
  const choice = await findChoice(stores, choiceId)
  if (choice.status !== ChoiceStatus.waiting) return false
  const granted = grantChoice(choice, now)
  const [isNew, isGranted] = await together(
    stores.handled.takeOnce(CONSUMER, messageId, now),
    stores.choices.grant(granted),
    stores.courseTable.put(tableEntryOf(granted, now)),
  )
  if (isNew && isGranted) return true
  throw new NotAsSeen('The choice or the message is not what it was a moment ago.')
}

type Effect = (stores: LearningStores, choice: CourseChoice, now: number) => Promise<void>

/** Null for what is not about courses, or of a kind that is not known here. */
function effectOf({ messageType, businessKey2 }: ReceivedMessage): Effect | null {
  if (businessKey2 !== OrderType.course) return null
  if (messageType === MessageType.payResult) return grant
  return messageType === MessageType.refundResult ? takeBack : null
}

async function findChoice({ choices }: LearningStores, id: string): Promise<CourseChoice> {
  const choice = await choices.find(id as ChooseCourseId)
  if (choice !== null) return choice
  throw new CheckoutError('choice_not_found', 'The choice that this message is about is not known here.')
}

const grant: Effect = async ({ choices, courseTable }, choice, now) => {
  if (choice.status !== ChoiceStatus.waiting) return
  const granted = grantChoice(choice, now)
  if (await choices.grant(granted)) await courseTable.put(tableEntryOf(granted, now))
}

const takeBack: Effect = async ({ choices, courseTable }, { id }) => {
  await choices.retire(id)
  await courseTable.remove(id)
}
