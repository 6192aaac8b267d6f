import { FetchFailure, fetchLimited, type LimitedRequest, type LimitedResponse } from '@coursepay/core/ports'
import { isLoopback } from '../settings/addresses.js'
import { type Check, type Finding, fault, ok, worry } from './finding.js'

const FETCH_LIMITS = { timeoutMs: 5_000, maxBytes: 65_536, allowHttp: true }
const MAX_SKEW_MS = 60_000

/** Alipay refuses a signed time that is far off, and `time_expire` is meant in its time. */
export const checkClock = (gateway: string): Check => ({
  name: 'clock',
  async run() {
    const before = Date.now()
    const response = await fetchOrReason(gateway)
    const gatewayTime = Date.parse(typeof response === 'string' ? '' : (response.header('Date') ?? ''))
    if (Number.isNaN(gatewayTime)) return [worry("The gateway's answer has no Date header: the clock was not checked.")]
    // The header has whole seconds.
    const skew = Math.max(0, Math.abs(gatewayTime - (before + Date.now()) / 2) - 1_000)
    const seconds = Math.round(skew / 1_000)
    return [
      skew > MAX_SKEW_MS
        ? fault(`This machine's clock differs from Alipay's by ${seconds} s: set it by NTP.`)
        : ok(`This machine's clock is within ${Math.max(1, seconds)} s of Alipay's.`),
    ]
  },
})

/** Alipay accepts only the word `success`: no redirect, no HTML, no login page. */
export const checkNotifyAddress = (notifyUrl: string, isProduction: boolean): Check => ({
  name: 'notify address',
  run: async () => [
    reachabilityFinding(notifyUrl, isProduction) ?? readNotifyAnswer(notifyUrl, await probeNotifyUrl(notifyUrl)),
  ],
})

/** Alipay cannot reach an address of this machine alone, so no notification would arrive. */
function reachabilityFinding(notifyUrl: string, isProduction: boolean): Finding | null {
  const { protocol, hostname } = new URL(notifyUrl)
  if (!isProduction) return null
  if (isLoopback(hostname)) {
    return fault(
      `PUBLIC_BASE_URL leads to ${hostname}: Alipay and phones cannot reach it. Set the address of the shop.`,
    )
  }
  return protocol === 'https:'
    ? null
    : fault('PUBLIC_BASE_URL begins with http: an eavesdropper can open the payment pages of buyers. Use https.')
}

interface ProbeAnswer {
  readonly status: number
  readonly location: string | null
  readonly body: string
}

async function probeNotifyUrl(notifyUrl: string): Promise<ProbeAnswer | string> {
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded; text/html; charset=utf-8' }
  const response = await fetchOrReason(notifyUrl, { method: 'POST', headers, body: 'doctor=1' })
  if (typeof response === 'string') return response
  const body = new TextDecoder().decode(response.bytes).trim()
  return { status: response.status, location: response.header('Location'), body }
}

function readNotifyAnswer(notifyUrl: string, answer: ProbeAnswer | string): Finding {
  const { hostname } = new URL(notifyUrl)
  if (typeof answer === 'string') {
    return fault(
      `${notifyUrl} does not answer (${answer}). Check that the server runs and that PUBLIC_BASE_URL leads to it.`,
    )
  }
  const { status, location, body } = answer
  if (location !== null)
    return fault(
      `${notifyUrl} redirects to ${location}. Alipay follows no redirect: use that address in PUBLIC_BASE_URL.`,
    )
  if (/<html|<!doctype/i.test(body)) {
    return fault(
      `${notifyUrl} answers with an HTML page of a login, a firewall or a proxy. Let this path through to the server.`,
    )
  }
  if (body.includes('"urn:coursepay:problem:')) {
    return fault(
      `${notifyUrl} answers ${status}: the server is starting, or a part that it needs is away. Run the doctor again once \`/readyz\` answers 200.`,
    )
  }
  if (body !== 'fail')
    return fault(`${notifyUrl} answers ${status}, but not from this server. Check where PUBLIC_BASE_URL leads.`)
  if (isLoopback(hostname)) {
    return worry(`${notifyUrl} answers correctly, but only on this machine: Alipay and phones cannot reach it.`)
  }
  return ok(`${notifyUrl} answers as Alipay expects.`)
}

async function fetchOrReason(url: string, request: Partial<LimitedRequest> = {}): Promise<LimitedResponse | string> {
  try {
    return await fetchLimited(url, { ...FETCH_LIMITS, ...request })
  } catch (error) {
    if (!(error instanceof FetchFailure)) return 'no answer'
    const cause = error.cause instanceof Error ? error.cause.cause : undefined
    return cause instanceof Error && 'code' in cause ? String(cause.code) : error.reason
  }
}
