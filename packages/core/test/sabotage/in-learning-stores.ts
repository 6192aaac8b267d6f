import type { CourseCatalogue, LearningStores } from '../../src/index.js'
import type { LearningStoresHarness } from '../../testing/contracts/index.js'
import { changed, failingWith, inStore, inStores, leaking, type Sabotage, untranslated } from './sabotage.js'

export const inChoices = inStore<LearningStores, 'choices', LearningStoresHarness>('choices')
export const inCourseTable = inStore<LearningStores, 'courseTable', LearningStoresHarness>('courseTable')
export const inHandled = inStore<LearningStores, 'handled', LearningStoresHarness>('handled')

export const inCatalogue =
  (fault: (catalogue: CourseCatalogue) => Partial<CourseCatalogue>): Sabotage<LearningStoresHarness> =>
  (harness) =>
    changed(harness, {
      get catalogue() {
        return { ...harness.catalogue, ...fault(harness.catalogue) }
      },
    })

const throughout =
  (disguise: (error: unknown) => unknown): Sabotage<LearningStoresHarness> =>
  (harness) =>
    inCatalogue((catalogue) => failingWith(catalogue, disguise))(
      inStores<LearningStores, LearningStoresHarness>(harness, (stores) => failingWith(stores, disguise)),
    )

/** The store's own errors come out as they are. */
export const untranslatedErrors = throughout(untranslated)

/** The errors are the right ones, but tell too much. */
export const leakingErrors = throughout(leaking)
