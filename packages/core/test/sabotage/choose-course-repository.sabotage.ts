import { type ChooseCourseId, type Fen, userId } from '../../src/index.js'
import type { CourseEntitlement } from '../../src/ports.js'
import { chooseCourseRepositoryContract, sampleChoice } from '../../testing/contracts/index.js'
import { learningStoreHarness } from '../harnesses/learning-store-harness.js'
import { inLearningStore, rounded, sabotaged, storeSabotage } from './sabotage.js'

const inChoices = inLearningStore('entitlements')

/** Spoils each entitlement that is found. */
const foundAs = (spoil: (entitlement: CourseEntitlement) => CourseEntitlement) =>
  inChoices((choices) => ({
    async find(key) {
      const entitlement = await choices.find(key)
      return entitlement === null ? null : spoil(entitlement)
    },
  }))

/** Takes a conflict for a commit. */
const takingConflicts = inChoices((choices) => ({
  async commit(given) {
    await choices.commit(given)
    return 'committed'
  },
}))

/** Brings a commit to what is stored: nobody notices that others changed it. */
const unguarded = inChoices((choices) => ({
  async commit(given) {
    const before = (await choices.find(given.before)) ?? given.before
    return choices.commit({ ...given, before })
  },
}))

export const chooseCourseRepositorySabotage = sabotaged(chooseCourseRepositoryContract, learningStoreHarness, {
  'reads an empty entitlement for a user and course, and null for an unknown choice or grant key': [
    inChoices((choices) => ({
      async find(key) {
        const found = await choices.find(key)
        return found?.choices.length === 0 ? null : found
      },
    })),
    inChoices((choices) => ({
      find: async (key) => (await choices.find(key)) ?? choices.find(sampleChoice()),
    })),
  ],

  'finds an entitlement by its user and course, any choice, and any grant key': inChoices((choices) => ({
    find: async (key) => ('grantKey' in key ? null : choices.find(key)),
  })),

  'keeps users and courses apart, also by upper and lower case, and ids above 2^53': [
    inChoices((choices) => ({
      find: (key) => choices.find('userId' in key ? { ...key, userId: userId(key.userId.toLowerCase()) } : key),
    })),
    inChoices((choices) => ({
      find: (key) => choices.find('id' in key ? { id: rounded(key.id) } : key),
    })),
  ],

  'keeps prices exact, up to the largest payment': foundAs((entitlement) => ({
    ...entitlement,
    choices: entitlement.choices.map((choice) => ({
      ...choice,
      coursePrice: Math.min(choice.coursePrice, 2 ** 24) as Fen,
    })),
  })),

  'reads choices oldest first': foundAs((entitlement) => ({
    ...entitlement,
    choices: entitlement.choices.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
  })),

  // The entry stays as it was put first.
  'writes what changed: states, validity, new choices, and the table entry': inChoices((choices) => ({
    commit: (given) =>
      choices.commit({ ...given, after: { ...given.after, entry: given.before.entry ?? given.after.entry } }),
  })),

  'removes the table entry of a revoked choice, and no other entry': inChoices((choices) => ({
    commit: (given) =>
      choices.commit({ ...given, after: { ...given.after, entry: given.after.entry ?? given.before.entry } }),
  })),

  'answers conflict when a choice is at another version, also when the commit leaves it as it is': [
    unguarded,
    // Guards only what it writes.
    inChoices((choices) => ({
      async commit(given) {
        if (given.before !== given.after) return choices.commit(given)
        const stored = (await choices.find(given.before)) ?? given.before
        return choices.commit({ ...given, before: stored, after: stored })
      },
    })),
  ],

  'answers conflict when another choice is current': [
    inChoices((choices) => ({
      async commit(given) {
        const stored = (await choices.find(given.before)) ?? given.before
        const isFirst = given.before.choices.length === 0
        return choices.commit(isFirst ? { ...given, before: stored } : given)
      },
    })),
    takingConflicts,
  ],

  'answers conflict when another entry is in the course table': inChoices((choices) => ({
    async commit(given) {
      const stored = await choices.find(given.before)
      return choices.commit({ ...given, before: { ...given.before, entry: stored?.entry ?? null } })
    },
  })),

  'answers conflict when the id or the grant key of a new choice is taken': [
    // Ignores whatever key is taken, as INSERT IGNORE does.
    takingConflicts,
    inChoices((choices) => ({
      commit: (given) =>
        choices.commit({
          ...given,
          after: {
            ...given.after,
            choices: given.after.choices.map((choice) => ({
              ...choice,
              grantKey: choice.grantKey && `${choice.userId}`,
            })),
          },
        }),
    })),
  ],

  'answers conflict when the message is handled already': inChoices((choices) => ({
    async commit(given) {
      const { handled } = given
      const known = handled !== null && (await choices.isHandled(handled.consumer, handled.messageId))
      return choices.commit(known ? { ...given, handled: null } : given)
    },
  })),

  'lets one of many first choices win': takingConflicts,
  'lets one of many commits of one version win': takingConflicts,
  'stores actions with the change': inChoices((choices) => ({
    commit: (given) => choices.commit({ ...given, actions: [] }),
  })),

  // One inbox for all consumers.
  'notes a handled message for its consumer alone': inChoices((choices) => ({
    isHandled: async (consumer, id) =>
      (await choices.isHandled(consumer, id)) || (await choices.isHandled('learning-centre', id)),
  })),

  'shows a user their courses, newest first, page by page': inChoices((choices) => ({
    async page(user, offset, limit) {
      const page = await choices.page(user, offset, limit)
      return { ...page, total: page.entries.length }
    },
  })),

  // A choice that was superseded is forgotten, though its code was paid.
  'lists the choices that have waited for a payment, in the sequence of their ids, revoked ones apart': (harness) => {
    const superseded = new Set<ChooseCourseId>()
    return inChoices((choices) => ({
      commit(given) {
        for (const { id, retired } of given.after.choices) if (retired === 'superseded') superseded.add(id)
        return choices.commit(given)
      },
      listWaiting: async (...page) => (await choices.listWaiting(...page)).filter((id) => !superseded.has(id)),
    }))(harness)
  },

  'shares no object with its callers': (harness) => {
    const kept: { last: CourseEntitlement | null } = { last: null }
    return inChoices((choices) => ({
      commit(given) {
        kept.last = given.after
        return choices.commit(given)
      },
      find: async (key) => kept.last ?? choices.find(key),
    }))(harness)
  },

  ...storeSabotage(learningStoreHarness),
})
