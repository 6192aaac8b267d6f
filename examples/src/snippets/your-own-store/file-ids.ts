import { CheckoutError } from '@coursepay/core'
import type { IdGenerator } from '@coursepay/core/ports'
import { snapshotFile } from './snapshot-file.js'

const BLOCK = 1_000n

/** Ids from a counter in a file, which `create` makes. A block is stored before any id of it is used. */
export function fileIds(path: string): IdGenerator & { create(): Promise<void> } {
  const { create, write } = snapshotFile(path, { next: 2n ** 60n })
  let [next, end] = [0n, 0n]
  let refilling: Promise<void> | null = null
  async function refill() {
    try {
      const begin = await write((rows) => {
        rows.next += BLOCK
        return rows.next - BLOCK
      })
      ;[next, end] = [begin, begin + BLOCK]
    } catch {
      throw new CheckoutError('ids_unavailable', 'The file of the ids cannot be read or written.')
    } finally {
      refilling = null
    }
  }
  return {
    create,
    async nextId() {
      while (next === end) {
        refilling ??= refill()
        await refilling
      }
      return String(next++)
    },
  }
}
