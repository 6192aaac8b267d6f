import { type SqlStoreOptions, sqlStore } from '../../src/sql-store.js'

/** Opens a store, which migrates its database, and closes it again. Outcome: the steps that were reported. */
export async function migrateOnce(url: string, options: Partial<SqlStoreOptions> = {}): Promise<readonly string[]> {
  const told: string[] = []
  const store = await sqlStore({
    ...options,
    ...{ url, onMigration: ({ name, step, of }) => told.push(`${name} ${step}/${of}`) },
  } as SqlStoreOptions).open()
  await store.close()
  return told
}
