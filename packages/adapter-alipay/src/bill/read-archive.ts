import { crc32, inflateRawSync } from 'node:zlib'
import { CheckoutError } from '@coursepay/core'

/** One file inside a zip. */
export interface ArchivedBillFile {
  readonly name: string
  /** Its bytes, checked against their checksum. Throws `gateway_unknown` when it is damaged or above `maxBytes`. */
  read(maxBytes: number): Uint8Array
}

const damagedArchiveError = (what: string) =>
  new CheckoutError('gateway_unknown', `The bill's archive cannot be read: ${what}. Retry later.`)

const END_RECORD_SIGNATURE = 0x06054b50
const CENTRAL_ENTRY_SIGNATURE = 0x02014b50
const LOCAL_HEADER_SIGNATURE = 0x04034b50
const END_RECORD_BYTES = 22
const MAX_COMMENT_BYTES = 65_535
const MAX_ENTRIES = 1_000
const ENCRYPTED_FLAG = 1
const UTF8_NAME_FLAG = 1 << 11

/**
 * Lists the files of a zip by its central directory, for the local headers of Java's zips do not say how long an entry
 * is. Written out here because a bill counts only with its checksum, and must not inflate beyond what was allowed
 * whatever it declares: small zip libraries do neither. Throws `gateway_unknown`.
 */
export function listArchivedFiles(file: Uint8Array): ArchivedBillFile[] {
  return withArchiveErrors(() => {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
    const end = findEndRecord(view)
    const count = view.getUint16(end + 10, true)
    if (count > MAX_ENTRIES) throw damagedArchiveError('it has too many entries')
    const entries: ArchivedBillFile[] = []
    for (let index = 0, at = view.getUint32(end + 16, true); index < count; index += 1) {
      if (view.getUint32(at, true) !== CENTRAL_ENTRY_SIGNATURE) throw damagedArchiveError('its directory is broken')
      entries.push(archivedFileAt(file, view, at))
      at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    }
    // Of two files with one name, readers disagree which one it is.
    if (new Set(entries.map(({ name }) => name)).size < count) throw damagedArchiveError('it lists a file twice')
    return entries
  })
}

/** A read beyond the end is a RangeError, which means the same as every other fault. */
function withArchiveErrors<Result>(read: () => Result): Result {
  try {
    return read()
  } catch (error) {
    if (CheckoutError.isInstance(error)) throw error
    throw damagedArchiveError('it is cut off or broken')
  }
}

function findEndRecord(view: DataView): number {
  const first = Math.max(0, view.byteLength - END_RECORD_BYTES - MAX_COMMENT_BYTES)
  for (let at = view.byteLength - END_RECORD_BYTES; at >= first; at -= 1) {
    if (view.getUint32(at, true) === END_RECORD_SIGNATURE) return at
  }
  throw damagedArchiveError('it is not a zip')
}

function archivedFileAt(file: Uint8Array, view: DataView, at: number): ArchivedBillFile {
  const flags = view.getUint16(at + 8, true)
  const name = file.subarray(at + 46, at + 46 + view.getUint16(at + 28, true))
  const facts = {
    method: view.getUint16(at + 10, true),
    checksum: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    header: view.getUint32(at + 42, true),
  }
  return {
    name: new TextDecoder((flags & UTF8_NAME_FLAG) === 0 ? 'gbk' : 'utf-8').decode(name),
    read: (maxBytes) =>
      withArchiveErrors(() => {
        if ((flags & ENCRYPTED_FLAG) !== 0) throw damagedArchiveError('it is encrypted')
        if (facts.size > maxBytes) throw damagedArchiveError(`it unpacks to more than ${maxBytes} bytes`)
        const content = unpackData(packedDataOf(file, view, facts.header, facts.packed), facts.method, facts.size)
        if (content.length !== facts.size || crc32(content) !== facts.checksum)
          throw damagedArchiveError('a checksum does not fit')
        return content
      }),
  }
}

function packedDataOf(file: Uint8Array, view: DataView, header: number, packed: number): Uint8Array {
  if (view.getUint32(header, true) !== LOCAL_HEADER_SIGNATURE)
    throw damagedArchiveError('an entry is not where it should be')
  const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true)
  if (start + packed > file.length) throw damagedArchiveError('an entry is cut off')
  return file.subarray(start, start + packed)
}

/** Stops at the declared size, however much more the data would inflate to. */
function unpackData(data: Uint8Array, method: number, size: number): Uint8Array {
  if (method === 0) return data
  if (method !== 8) throw damagedArchiveError('it is packed in an unknown way')
  return inflateRawSync(data, { maxOutputLength: Math.max(1, size) })
}
