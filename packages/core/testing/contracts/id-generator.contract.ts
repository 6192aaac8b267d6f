import { isSnowflake } from '../../src/shared/identifiers.js'
import type { IdGenerator } from '../../src/shared/ports/generators.js'
import { ensure, equal, rejectsWithCode, showsNoSecret } from './assertions.js'
import { defineContract, type HarnessWithSecrets } from './define-contract.js'

export interface IdGeneratorHarness extends HarnessWithSecrets {
  readonly ids: IdGenerator
  /** A second generator, as another process of the same service has it. */
  readonly idsElsewhere: IdGenerator
  /** From now on no unique id can be promised: the worker number is lost, or the clock stepped far back. */
  breakDown(): Promise<void>
}

const nextIds = async ({ nextId }: IdGenerator, count: number): Promise<string[]> => {
  const made: string[] = []
  for (let index = 0; index < count; index += 1) made.push(await nextId())
  return made
}

export const idGeneratorContract = defineContract<IdGeneratorHarness>()('IdGenerator', {
  'makes decimal strings of 63-bit numbers above 2^53, each greater than the one before': async ({ ids }) => {
    const made = await nextIds(ids, 5_000)
    for (const id of made) ensure(isSnowflake(id), `${id} is no decimal string of a 63-bit number.`)
    let before = 2n ** 53n
    for (const id of made.map(BigInt)) {
      ensure(id > before, `${id} is not greater than ${before}.`)
      before = id
    }
  },

  'makes no id twice, for many callers at once or in two processes': async ({ ids, idsElsewhere }) => {
    const calls = Array.from({ length: 5_000 }, () => ids.nextId())
    const made = await Promise.all([...calls, nextIds(ids, 2_000), nextIds(idsElsewhere, 2_000)])
    equal(new Set(made.flat()).size, 9_000, 'the number of different ids')
  },

  'fails with ids_unavailable, and shows no secret, when no unique id can be promised': async (harness) => {
    await harness.breakDown()
    showsNoSecret(harness, await rejectsWithCode(harness.ids.nextId(), 'ids_unavailable'))
  },
})
