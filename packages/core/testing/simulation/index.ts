// The whole checkout under faults, from one seed. `simulate({ seed })` runs it on the fakes; `harness` puts your own
// adapters under it.

export { inMemorySimulation, simulatedGateway } from './in-memory-harness.js'
export {
  failureReport,
  type SimulationFigures,
  type SimulationOptions,
  type SimulationResult,
  simulate,
} from './simulate.js'
export { simulatedBroker } from './simulated-broker.js'
export {
  checkoutProgram,
  type LearningProgram,
  type LearningProgramParts,
  type OrderProgram,
  type OrderProgramParts,
  type SimulatedProgram,
} from './simulated-program.js'
export type * from './simulation-harness.js'
