import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { CheckoutError, type CheckoutErrorCode, type StoreAdapter } from '@coursepay/core'
import {
  inMemoryLearningRows,
  inMemoryOrderRows,
  learningStoreIn,
  orderStoreIn,
  type RowStorage,
} from '@coursepay/core/fakes'
import type { IdGenerator } from '@coursepay/core/ports'

interface FileStorage<Rows> extends RowStorage<Rows> {
  /** As `write`, at once: nothing else of this process comes in between. */
  writeNow<Result>(change: (rows: Rows) => Result): Result
}

/**
 * Rows in a file, which every call reads, and every change replaces as a whole. A copy in memory saves the decoding; it
 * is dropped before a change, which may fail half-way.
 */
function fileStorage<Rows>(path: string, noRows: Rows, code: CheckoutErrorCode): FileStorage<Rows> {
  let decoded: { readonly content: Uint8Array; readonly rows: Rows } | null = null
  const save = (content: Uint8Array) => attempt(code, () => replaceFile(path, content))
  if (!existsSync(path)) save(serialize(noRows))

  function load() {
    const content = attempt(code, () => readFileSync(path))
    if (decoded === null || !content.equals(decoded.content)) decoded = { content, rows: deserialize(content) }
    return decoded
  }
  function writeNow<Result>(change: (rows: Rows) => Result): Result {
    const { content, rows } = load()
    decoded = null
    const result = change(rows)
    const changed = serialize(rows)
    if (!changed.equals(content)) save(changed)
    decoded = { content: changed, rows }
    return result
  }
  return { read: async (query) => query(load().rows), write: async (change) => writeNow(change), writeNow }
}

/** After a crash at any moment the old file is there, or the new one. */
function replaceFile(path: string, content: Uint8Array): void {
  writeFileSync(`${path}.new`, content, { flush: true })
  renameSync(`${path}.new`, path)
  flushFolder(dirname(path))
}

function flushFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function attempt<Result>(code: CheckoutErrorCode, action: () => Result): Result {
  try {
    return action()
  } catch {
    // Without its cause, whose message may quote the path.
    throw new CheckoutError(code, 'The files of the store cannot be read or written. Check the folder and the disk.')
  }
}

const BLOCK = 1_000n

/** Ids from a counter in a file. A block is stored before any id of it is used. */
function fileIds(path: string): IdGenerator {
  const { writeNow } = fileStorage(path, { end: 2n ** 60n }, 'ids_unavailable')
  let [next, end] = [0n, 0n]
  return {
    async nextId() {
      if (next === end) {
        end = writeNow((rows) => (rows.end += BLOCK))
        next = end - BLOCK
      }
      return String(next++)
    },
  }
}

/** A store in a folder of its own: `createCheckout({ store: fileStore('./data/shop'), … })`. */
export const fileStore = (folder: string): StoreAdapter => ({
  async open(clock = { now: Date.now }) {
    const code = 'store_unavailable'
    const path = (name: string) => join(folder, name)
    attempt(code, () => {
      mkdirSync(folder, { recursive: true })
      flushFolder(dirname(folder))
    })
    const { publishCourses, ...learningStore } = learningStoreIn(
      fileStorage(path('learning'), inMemoryLearningRows(), code),
    )
    return {
      orderStore: orderStoreIn(fileStorage(path('orders'), inMemoryOrderRows(), code), clock),
      learningStore,
      publishCourses,
      ids: fileIds(path('ids')),
      ping: async () => attempt(code, () => replaceFile(path('ping'), new Uint8Array())),
      close: async () => {},
    }
  },
})
