import { afterAll } from 'vitest'
import { describeSimulation } from './support/describe-simulation.js'
import { sqliteSimulation } from './support/sqlite-simulation.js'
import { makeFolder } from './support/temporary-folder.js'

const { SIMULATION_SQLITE_SEEDS = '30' } = process.env
const folder = makeFolder()
afterAll(() => folder.remove())
describeSimulation('SQLite', sqliteSimulation(folder.path), Number(SIMULATION_SQLITE_SEEDS))
