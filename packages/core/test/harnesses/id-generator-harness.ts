import type { IdGeneratorHarness } from '../../testing/contracts/index.js'
import { sequentialIds } from '../../testing/fakes/index.js'
import { FAKE_SECRET } from './fake-secret.js'

export async function idGeneratorHarness(): Promise<IdGeneratorHarness> {
  const ids = sequentialIds()
  return {
    ids,
    idsElsewhere: sequentialIds(8_000_000_000_000_000_000n),
    breakDown: async () => ids.breakDown(),
    secrets: [FAKE_SECRET],
    dispose: async () => {},
  }
}
