import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noDisk, openDisk } from './disk.js'
import type { StoreName } from './options.js'
import { diskFilled } from './outages.js'
import type { SoakEnvironment } from './soak-environment.js'

export async function openEnvironment(store: StoreName): Promise<SoakEnvironment> {
  if (store === 'sqlite') return openEmbedded()
  const { openServers } = await import('./servers/open-servers.js')
  return openServers()
}

const DISK_MEGABYTES = 128

async function openEmbedded(): Promise<SoakEnvironment> {
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
    leftOut: disk === null ? [noDisk] : [],
    overheard: async () => null,
    unread: async () => 0,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

const removeFolder = (folder: string) => rm(folder, { recursive: true })
