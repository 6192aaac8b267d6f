import { describeSimulation } from './support/describe-simulation.js'
import { describeOnMysql, mysqlTestDatabase } from './support/mysql-server.js'
import { mysqlSimulation } from './support/mysql-simulation.js'

const { SIMULATION_MYSQL_SEEDS = '10' } = process.env
const test = mysqlTestDatabase()

describeOnMysql('the simulation on MySQL', () => {
  describeSimulation('the checkout', mysqlSimulation(test), Number(SIMULATION_MYSQL_SEEDS))
})
