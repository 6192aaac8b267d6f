import { type AlipaySettings, alipay, readAlipayEnvironment } from '@coursepay/adapter-alipay'
import { type Exposure, exposingSetting } from './addresses.js'
import type { EnvironmentVariables } from './environment.js'
import { SETTINGS } from './names.js'

const SANDBOX = 'ALIPAY_SANDBOX'
const NAMES = Object.keys(SETTINGS).filter((name) => name.startsWith('ALIPAY_'))

/**
 * Null: the bundled sandbox. Anybody pays there with nothing, so it needs `ALIPAY_SANDBOX=on`, or a process that serves
 * this machine alone. Half a set or a misspelt name is a mistake, never the sandbox.
 */
export function readAlipaySettings(
  environment: EnvironmentVariables,
  exposure: Exposure,
  mistakes: string[],
  defaultSandbox = '',
): AlipaySettings | null {
  const given = Object.keys(environment).filter((name) => /^alipay_/i.test(name) && environment[name])
  const unknown = given.filter((name) => !NAMES.includes(name))
  for (const name of unknown) mistakes.push(`${name}: is unknown. Use one of ${NAMES.join(', ')}`)
  if (given.every((name) => name === SANDBOX || unknown.includes(name))) {
    const refusal = refusalOfSandbox(environment[SANDBOX] || defaultSandbox, exposure)
    if (refusal !== null) mistakes.push(refusal)
    return null
  }
  if (environment[SANDBOX] === 'on')
    mistakes.push(`${SANDBOX}: is on, and keys of a real app are set: remove the one or the other`)
  return readMerchant(environment, mistakes)
}

function refusalOfSandbox(sandbox: string, exposure: Exposure): string | null {
  if (sandbox === 'on') return null
  if (sandbox !== '' && sandbox !== 'off') return `${SANDBOX}: must be on or off`
  const exposed = sandbox === 'off' ? `${SANDBOX} is off` : exposingSetting(exposure)
  if (exposed === null) return null
  return `ALIPAY_*: none is set, and ${exposed}. In the sandbox anybody can pay without money: set ALIPAY_APP_ID and its keys, or ${SANDBOX}=on`
}

function readMerchant(environment: EnvironmentVariables, mistakes: string[]): AlipaySettings | null {
  const settings = readAlipayEnvironment({ ...environment, [SANDBOX]: undefined })
  if (settings === null || !('appId' in settings)) {
    mistakes.push(...(settings ?? []))
    return null
  }
  try {
    // Looks whether the keys fit each other.
    alipay(settings)
  } catch (error) {
    mistakes.push(`ALIPAY_*: ${error instanceof Error ? error.message : 'cannot be read'}`)
  }
  return settings
}
