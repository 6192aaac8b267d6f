import type { Tracer } from '@coursepay/core/ports'

/**
 * Traces go to the OpenTelemetry SDK that the process was started with (`NODE_OPTIONS=--import …`). Its own settings
 * ask for them; without one nothing is loaded and nothing is traced.
 */
export async function findTracer(environment: NodeJS.ProcessEnv = process.env): Promise<Tracer | undefined> {
  const { OTEL_TRACES_EXPORTER: exporter, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = environment
  if (exporter === 'none' || (exporter ?? endpoint ?? '') === '') return undefined
  const { openTelemetry } = await import('@coursepay/http-hono/telemetry')
  return openTelemetry()
}
