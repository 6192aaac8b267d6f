import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noDiskReason, openDisk } from './disk.js'
import { diskFilled, type Outage } from './outages.js'

/** A message as a second service on the exchange got it. */
export interface AuditedMessage {
  readonly id: string
  readonly messageType: string
  readonly businessKey1: string
}

/** Where one run keeps everything: a database, and names on the broker; all of it gone afterwards. */
export interface SoakEnvironment extends AsyncDisposable {
  readonly title: string
  readonly variables: Readonly<Record<string, string>> & { readonly DATABASE_URL: string }
  /** The way of an auditor to the database, which no outage cuts. */
  readonly databaseUrl: string
  /** What can go away here beside the server itself. */
  outages(reviveServer: () => Promise<void>): readonly Outage[]
  /** Why an outage is left out. */
  readonly skippedOutages: readonly string[]
  /** Every message that a second bound queue got, copies too; null where messages stay in the server's process. */
  auditedMessages(): Promise<readonly AuditedMessage[] | null>
  /** Messages that their consumer has not taken, or dead letters. */
  unread(): Promise<number>
}

const DISK_MEGABYTES = 128

/** SQLite, and messages in the process of the server. */
export async function openEmbedded(): Promise<SoakEnvironment> {
  await using opened = new AsyncDisposableStack()
  const disk = await openDisk(DISK_MEGABYTES)
  if (disk !== null) opened.use(disk)
  const folder = disk?.folder ?? opened.adopt(await mkdtemp(join(tmpdir(), 'coursepay-soak-')), removeFolder)
  const databaseUrl = `sqlite:${join(folder, 'shop.db')}`
  const all = opened.move()
  return {
    title: 'SQLite, messages in the server’s process',
    variables: { DATABASE_URL: databaseUrl },
    databaseUrl,
    outages: (reviveServer) => diskFilled(disk, reviveServer),
    skippedOutages: disk === null ? [noDiskReason] : [],
    auditedMessages: async () => null,
    unread: async () => 0,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const removeFolder = (folder: string) => rm(folder, { recursive: true })
