// Traces by OpenTelemetry. This entry alone imports `@opentelemetry/api`. Without an SDK in the process it records
// nothing.
export { openTelemetry } from './open-telemetry.js'
