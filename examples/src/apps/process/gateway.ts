import { type Alipay, type AlipaySettings, alipay } from '@coursepay/adapter-alipay'
import { type AlipaySandbox, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import type { GaugeSource } from '@coursepay/http-hono'
import { countAnswers } from './gateway-answers.js'

/** The gateway in use; `sandbox` when it is the bundled one. */
export interface Gateway {
  readonly alipay: Alipay
  readonly sandbox: AlipaySandbox | null
  /** What Alipay answered so far. */
  readonly answers: GaugeSource
}

/** Alipay waits 4 minutes before it repeats a notification; here a second is a minute. */
const NOTIFY_TIME_SCALE = 1 / 60

/** Alipay as the settings say, or the local one when they say nothing. */
export async function openGateway(settings: AlipaySettings | null, now: () => number): Promise<Gateway> {
  if (settings !== null) return counted(alipay(settings, now), null)
  const sandbox = await startAlipaySandbox({ notifyTimeScale: NOTIFY_TIME_SCALE })
  return counted(alipay(sandbox.merchant, now), sandbox)
}

function counted(alipay: Alipay, sandbox: AlipaySandbox | null): Gateway {
  const { gateway, gauge: answers } = countAnswers(alipay.gateway)
  return { alipay: { ...alipay, gateway }, sandbox, answers }
}
