import { Port } from '@coursepay/core/container'
import { ContainerModule } from 'inversify'
import type { Database } from './database.js'

/** Binds what both services store to one opened database. */
export const sqlModule = (database: Database) =>
  new ContainerModule(({ bind }) => {
    bind(Port.orderStores).toConstantValue(database.orderStores)
    bind(Port.orderUnitOfWork).toConstantValue(database.orderUnitOfWork)
    bind(Port.operationsView).toConstantValue(database.operations)
    bind(Port.outboxInspection).toConstantValue(database.outboxInspection)
    bind(Port.learningStores).toConstantValue(database.learningStores)
    bind(Port.learningUnitOfWork).toConstantValue(database.learningUnitOfWork)
    bind(Port.courseCatalogue).toConstantValue(database.catalogue)
    bind(Port.idGenerator).toConstantValue(database.idGenerator)
  })
