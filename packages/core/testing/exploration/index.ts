export { stateDiagrams } from './diagram.js'
export { type Exploration, explore, latePolicies } from './explore.js'
export { type Decisions, decisions } from './world.js'
