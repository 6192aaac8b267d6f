import { zipSync } from 'fflate'
import iconv from 'iconv-lite'

/** One file of an archive; its text and its name are written in GBK. */
export interface ArchivedFile {
  readonly name: string
  readonly content: Uint8Array
}

export const gbk = (text: string): Buffer => iconv.encode(text, 'gbk')

/** A name of ASCII letters that takes as many bytes as the real one in GBK (7 at least), and that nothing else contains. */
const placeholder = (name: string, index: number): string =>
  `@@${String(index).padStart(3, '0')}@@`.padEnd(gbk(name).length, '@')

/**
 * A zip whose entry names are GBK, as Chinese Java programs write them. fflate writes names as UTF-8 or ASCII, so the entries get
 * ASCII names of the right length first; then the real bytes are put in their places.
 */
export function zipWithGbkNames(files: readonly ArchivedFile[]): Buffer {
  const entries = files.map((file, index) => [placeholder(file.name, index), file.content] as const)
  const archive = Buffer.from(zipSync(Object.fromEntries(entries)))
  for (const [index, { name }] of files.entries()) {
    const standIn = placeholder(name, index)
    for (let at = archive.indexOf(standIn); at !== -1; at = archive.indexOf(standIn, at)) gbk(name).copy(archive, at)
  }
  return archive
}
