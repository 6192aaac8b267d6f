import { ChoiceStatus, type CourseChoice, type Fen, userId } from '../../src/index.js'
import { chooseCourseRepositoryContract, sampleChoice } from '../../testing/contracts/index.js'
import { learningStoresHarness } from '../harnesses/learning-stores-harness.js'
import { inChoices, leakingErrors, untranslatedErrors } from './in-learning-stores.js'
import { forgetful, rounded, sabotaged, withoutTransaction } from './sabotage.js'

/** Spoils each choice that is found by its id. */
const foundAs = (spoil: (choice: CourseChoice) => CourseChoice) =>
  inChoices((choices) => ({
    async find(id) {
      const choice = await choices.find(id)
      return choice === null ? null : spoil(choice)
    },
  }))

export const chooseCourseRepositorySabotage = sabotaged(chooseCourseRepositoryContract, learningStoresHarness, {
  'stores a choice and hands it back as it was': foundAs((choice) => ({
    ...choice,
    validtimeEnd: choice.validtimeStart,
  })),

  // Whatever the caller says, a new choice waits.
  'stores a choice that was granted from the start': inChoices((choices) => ({
    insertOrRead: (choice) => choices.insertOrRead({ ...choice, status: ChoiceStatus.waiting }),
  })),

  'finds the current choice of a user for a course': inChoices((choices) => ({
    findCurrent: (user) => choices.findCurrent(user, sampleChoice().courseId),
  })),

  'answers null for a choice that is not there': inChoices((choices) => ({
    findCurrent: async (user, course) =>
      (await choices.findCurrent(user, course)) ?? choices.findCurrent(sampleChoice().userId, course),
  })),

  'keeps ids above 2^53 apart': inChoices((choices) => ({
    insertOrRead: (choice) =>
      choices.insertOrRead({ ...choice, id: rounded(choice.id) }).catch(() => ({ choice, inserted: true })),
    find: (id) => choices.find(rounded(id)),
  })),

  'keeps the price exact, up to the largest payment': foundAs((choice) => ({
    ...choice,
    coursePrice: Math.min(choice.coursePrice, 2 ** 31 - 1) as Fen,
  })),

  'tells users apart by upper and lower case': inChoices((choices) => ({
    insertOrRead: (choice) => choices.insertOrRead({ ...choice, userId: userId(choice.userId.toLowerCase()) }),
  })),

  'hands out the current choice when another is inserted': inChoices((choices) => ({
    insertOrRead: async (choice) => ({ ...(await choices.insertOrRead(choice)), choice }),
  })),

  // Ignores whatever key is taken, as INSERT IGNORE does, and hands out what was to be stored.
  'refuses an id that another choice has with state_conflict': inChoices((choices) => ({
    insertOrRead: (choice) => choices.insertOrRead(choice).catch(() => ({ choice, inserted: false })),
  })),

  // Looks first and inserts then: right for one caller, wrong for two.
  'inserts one choice for many callers at once': inChoices((choices) => ({
    async insertOrRead(choice) {
      const absent = (await choices.findCurrent(choice.userId, choice.courseId)) === null
      return { ...(await choices.insertOrRead(choice)), inserted: absent }
    },
  })),

  'grants a waiting choice, with its new validity': inChoices((choices) => ({
    async grant(granted) {
      const waiting = await choices.find(granted.id)
      return choices.grant({ ...granted, validtimeEnd: waiting?.validtimeEnd ?? 0 })
    },
  })),

  'answers false to a repeated grant, and the first one stays': inChoices((choices) => ({
    grant: async (granted) =>
      (await choices.grant(granted)) || (await choices.find(granted.id))?.status === ChoiceStatus.succeeded,
  })),

  // Looks at the state alone.
  'never grants a choice that was retired': inChoices((choices) => ({
    grant: async (granted) =>
      (await choices.grant(granted)) || (await choices.find(granted.id))?.status === ChoiceStatus.waiting,
  })),

  'answers false to a grant of a choice that is not there': inChoices((choices) => ({
    grant: async (granted) => (await choices.find(granted.id)) === null || choices.grant(granted),
  })),

  // Reads, decides, and writes without looking again.
  'lets one of many competing grants win': inChoices((choices) => ({
    async grant(granted) {
      if ((await choices.find(granted.id))?.status !== ChoiceStatus.waiting) return false
      await choices.grant(granted)
      return true
    },
  })),

  'makes room for another choice when one is retired, and still finds it': inChoices((choices) => ({
    async find(id) {
      const choice = await choices.find(id)
      if (choice === null) return null
      return (await choices.findCurrent(choice.userId, choice.courseId))?.id === id ? choice : null
    },
  })),

  // A unique index over user, course and `current` allows one retired choice only.
  'keeps every choice that was retired before': (harness) => {
    let retired = 0
    return inChoices((choices) => ({
      async retire(id) {
        retired += 1
        return retired === 1 && choices.retire(id)
      },
    }))(harness)
  },

  'answers false when what is to be retired is not current': inChoices((choices) => ({
    retire: async (id) => (await choices.retire(id)) || (await choices.find(id)) !== null,
  })),

  'takes back what a failed unit of work did': withoutTransaction,
  'keeps choices over a restart': forgetful(learningStoresHarness),

  'shares no object with its callers': (harness) => {
    const kept = new Map<string, CourseChoice>()
    return inChoices((choices) => ({
      async insertOrRead(choice) {
        kept.set(choice.id, choice)
        return choices.insertOrRead(choice)
      },
      find: async (id) => kept.get(id) ?? null,
    }))(harness)
  },

  'fails with store_unavailable when the store cannot be reached': untranslatedErrors,
  'leaves no secret in its errors': leakingErrors,
})
