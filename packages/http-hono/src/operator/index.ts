// The operator console. `@coursepay/http-hono/operator`.
export { type OperatorConsole, type OperatorConsoleOptions, operatorConsole } from './operator-console.js'
