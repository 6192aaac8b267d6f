export {
  type Candidate,
  type Contract,
  defineContract,
  type Harness,
  runClause,
  type TestRunner,
} from './define-contract.js'
