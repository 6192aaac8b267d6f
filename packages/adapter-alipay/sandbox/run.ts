import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { AdvanceableClock } from './clock.js'
import { generateRsaKeyPair, privateKeyPem, publicKeyPem, type RsaKeyPair, type SandboxKeys } from './keys.js'
import { type AlipaySandbox, startAlipaySandbox } from './sandbox.js'
import type { AlipaySandboxOptions } from './state.js'

const HELP = `coursepay-alipay-sandbox: a local Alipay with gateway, cashier, notifications and bills. No money moves.

  --port 4000              where it listens on this machine; default: any free port
  --keys ./alipay-keys     folder of its keys, made when they are missing; default: new keys at each start
  --merchant-key file.pem  your app's public key; default: a pair is made, and its private key handed out
  --app-id, --seller-id    default: 2021000000000001 and 2088000000000002
  --token ...              opens /control/; at least 16 characters; default: SANDBOX_TOKEN, or a new one, printed
  --time-scale 0.01        multiplies the waits between notification attempts (4 minutes and more)
  --help                   prints this

Control routes, with "Authorization: Bearer <token>", bodies and answers in JSON:
  GET  /control/merchant | trades | trades/<no> | notifications | requests | faults
  POST /control/pay {"payUrl"} | login {"payUrl"}               the buyer acts on a pay page
  POST /control/trades/<no>/refund {"amountFen"}                a refund in Alipay's console
  POST /control/trades/<no>/finish | close | expire
  POST /control/faults {"at":"gateway","kind":"hang","times":1} | DELETE /control/faults
  POST /control/notifications/<id>/redeliver
  POST /control/clock {"advanceMs":1000} | settled | reset`

const OPTIONS = {
  port: { type: 'string' },
  keys: { type: 'string' },
  'merchant-key': { type: 'string' },
  'app-id': { type: 'string' },
  'seller-id': { type: 'string' },
  token: { type: 'string' },
  'time-scale': { type: 'string' },
  help: { type: 'boolean' },
} as const

type OptionValues = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']
type EnvironmentVariables = Readonly<Record<string, string | undefined>>

/** Runs the program. Answers the sandbox, or the exit status when none was started. */
export async function runSandbox(
  args: readonly string[],
  environment: EnvironmentVariables,
  print: (line: string) => void,
): Promise<AlipaySandbox | number> {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS })
    if (values.help) {
      print(HELP)
      return 0
    }
    const token = values.token ?? environment.SANDBOX_TOKEN ?? randomBytes(16).toString('hex')
    const sandbox = await startAlipaySandbox({ ...(await sandboxOptionsOf(values)), controlToken: token })
    print(environmentFileText(sandbox, token, values.keys))
    return sandbox
  } catch (error) {
    print(error instanceof Error ? error.message : 'The sandbox cannot start.')
    return 2
  }
}

async function sandboxOptionsOf(values: OptionValues): Promise<AlipaySandboxOptions> {
  const merchantKey = values['merchant-key']
  return {
    clock: new AdvanceableClock(),
    port: readNumber(values, 'port', 0),
    notifyTimeScale: readNumber(values, 'time-scale', 1),
    ...(values['app-id'] === undefined ? {} : { appId: values['app-id'] }),
    ...(values['seller-id'] === undefined ? {} : { sellerId: values['seller-id'] }),
    ...(merchantKey === undefined ? {} : { merchantPublicKey: readFileSync(merchantKey, 'utf8') }),
    ...(values.keys === undefined ? {} : { keys: await loadOrCreateKeys(values.keys) }),
  }
}

function readNumber(values: OptionValues, name: 'port' | 'time-scale', defaultValue: number): number {
  const text = values[name]
  if (text === undefined) return defaultValue
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`--${name} is no number`)
  return Number(text)
}

/** The keys of a folder; what is missing is made, readable by its owner alone. */
async function loadOrCreateKeys(folder: string): Promise<SandboxKeys> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    alipay: await loadOrCreateKeyPair(folder, 'alipay'),
    merchant: await loadOrCreateKeyPair(folder, 'merchant'),
  }
}

async function loadOrCreateKeyPair(folder: string, name: string): Promise<RsaKeyPair> {
  const file = join(folder, `${name}-private-key.pem`)
  if (!existsSync(file)) {
    const keyPair = await generateRsaKeyPair()
    writeFileSync(file, privateKeyPem(keyPair.privateKey), { mode: 0o600 })
    writeFileSync(join(folder, `${name}-public-key.pem`), publicKeyPem(keyPair.publicKey))
  }
  const privateKey = createPrivateKey(readFileSync(file))
  return { privateKey, publicKey: createPublicKey(privateKey) }
}

/** Lines for an environment file; keys as paths where there are files. */
function environmentFileText({ url, merchant }: AlipaySandbox, token: string, folder: string | undefined): string {
  const keyOf = (name: string, pem: string) =>
    folder === undefined ? JSON.stringify(pem) : join(folder, `${name}.pem`)
  const { privateKey } = merchant
  return [
    `# A local Alipay at ${url}; anybody on this machine can pay there with nothing.`,
    `ALIPAY_GATEWAY=${merchant.gateway}`,
    `ALIPAY_APP_ID=${merchant.appId}`,
    `ALIPAY_SELLER_ID=${merchant.sellerId}`,
    ...(privateKey === '' ? [] : [`ALIPAY_PRIVATE_KEY=${keyOf('merchant-private-key', privateKey)}`]),
    `ALIPAY_PUBLIC_KEY=${keyOf('alipay-public-key', merchant.alipayPublicKey)}`,
    `SANDBOX_CONTROL=${url}/control`,
    `SANDBOX_TOKEN=${token}`,
  ].join('\n')
}
