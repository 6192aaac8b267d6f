export type { Database, LearningStorage, OrderStorage } from './database.js'
export { type DatabaseOptions, openDatabase } from './open-database.js'
