import type { IdGenerator } from '../../src/ports.js'
import { type IdGeneratorHarness, idGeneratorContract } from '../../testing/contracts/index.js'
import { idGeneratorHarness } from '../harnesses/id-generator-harness.js'
import { changed, failingWith, leaking, type Sabotage, sabotaged, untranslated } from './sabotage.js'

const inIds =
  (fault: (ids: IdGenerator) => IdGenerator): Sabotage<IdGeneratorHarness> =>
  (harness) =>
    changed(harness, { ids: fault(harness.ids) })

const made = (spoil: (id: string) => string) => inIds((ids) => ({ nextId: async () => spoil(await ids.nextId()) }))

export const idGeneratorSabotage = sabotaged(idGeneratorContract, idGeneratorHarness, {
  'makes decimal strings of 63-bit numbers above 2^53, each greater than the one before': [
    made((id) => String(BigInt(id) << 1n)),
    made((id) => `1${id.slice(-9)}`),
    // Counts within a millisecond from the other end.
    made((id) => String(8_000_000_000_000_000_000n - BigInt(id))),
  ],

  'makes no id twice, for many callers at once or in two processes': [
    // Every caller of one turn gets the same.
    inIds((ids) => {
      let turn: Promise<string> | null = null
      return {
        async nextId() {
          turn ??= ids.nextId()
          const id = await turn
          turn = null
          return id
        },
      }
    }),
    (harness) => changed(harness, { idsElsewhere: twin(harness.ids) }),
  ],

  'fails with ids_unavailable, and shows no secret, when no unique id can be promised': [
    inIds((ids) => failingWith(ids, untranslated)),
    inIds((ids) => failingWith(ids, leaking)),
  ],
})

/** Another process with the same worker number: what one makes, the other makes too. */
function twin(ids: IdGenerator): IdGenerator {
  let next: bigint | null = null
  return {
    async nextId() {
      next = next === null ? BigInt(await ids.nextId()) : next + 1n
      return String(next + 1n)
    },
  }
}
