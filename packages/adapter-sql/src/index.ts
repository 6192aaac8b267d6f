export type { Database, LearningStorage, OrderStorage } from './database.js'
export { checkDatabaseAddress } from './database-address.js'
export { type DatabaseOptions, openDatabase } from './open-database.js'
export type { MigrationProgress, OnMigrationProgress } from './schema/migrations.js'
