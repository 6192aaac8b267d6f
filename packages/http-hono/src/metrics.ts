import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { describeErrorWithoutMessage, type Log } from './log.js'

export interface GaugeSample {
  readonly value: number
  readonly labels?: Readonly<Record<string, string>>
}

/** A figure that is read at each scrape: outbox backlog, orders by state. */
export interface GaugeDefinition {
  /** In Prometheus' words: `coursepay_outbox_backlog`. */
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly string[]
  /** A failure leaves this gauge out and is logged. */
  read(): Promise<readonly GaugeSample[]>
}

export interface RequestObservation {
  readonly method: string
  /** The pattern, never the address: that may hold a pay token. */
  readonly route: string
  readonly status: number
  readonly seconds: number
}

export interface Metrics {
  readonly contentType: string
  observe(observation: RequestObservation): void
  countNotification(verdict: string): void
  /** Prometheus' text format. */
  render(): Promise<string>
}

const VERDICT_PATTERN = /^[a-z_]{1,40}$/
const DURATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Figures in a registry of their own: two apps in one process do not meet, and no timer is started. */
export function createMetrics(gauges: readonly GaugeDefinition[], log: Log): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'coursepay_http_requests_total',
    help: 'Answered requests by route pattern and status',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'coursepay_http_request_duration_seconds',
    help: 'Time to answer by route pattern',
    labelNames: ['method', 'route'],
    buckets: DURATION_BUCKETS_S,
    registers,
  })
  const notifications = new Counter({
    name: 'coursepay_notifications_total',
    help: "The gateway's notifications by verdict",
    labelNames: ['verdict'],
    registers,
  })
  for (const source of gauges) addGauge(registry, source, log)
  return {
    contentType: registry.contentType,
    observe({ method, route, status, seconds }) {
      requests.inc({ method, route, status })
      durations.observe({ method, route }, seconds)
    },
    // A verdict that is a sentence would make a time series for each of its words.
    countNotification: (verdict) => notifications.inc({ verdict: VERDICT_PATTERN.test(verdict) ? verdict : 'other' }),
    render: () => registry.metrics(),
  }
}

function addGauge(registry: Registry, source: GaugeDefinition, log: Log): void {
  const { name, help, labelNames = [] } = source
  new Gauge({
    name,
    help,
    labelNames: [...labelNames],
    registers: [registry],
    async collect() {
      this.reset()
      // A gauge without labels is reset to 0, which would look like its value when the read fails.
      if (labelNames.length === 0) this.remove()
      try {
        for (const { labels = {}, value } of await source.read()) this.set(labels, value)
      } catch (error) {
        log.error({ event: 'gauge_failed', gauge: name, ...describeErrorWithoutMessage(error) })
      }
    },
  })
}
