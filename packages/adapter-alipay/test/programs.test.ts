import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { runSandbox } from '../sandbox/run.js'
import { runDoctor } from '../src/doctor/run.js'
import { ANSWER_CODE_EXPLANATIONS } from '../src/index.js'

type EnvironmentVariables = Readonly<Record<string, string>>

async function doctor(args: readonly string[], environment: EnvironmentVariables = {}) {
  const lines: string[] = []
  const status = await runDoctor(args, environment, (line) => void lines.push(line))
  return { status, text: lines.join('\n') }
}

/** Starts the sandbox as a program does, and reads the environment that it prints. */
async function sandbox(...args: string[]) {
  const lines: string[] = []
  const started = await runSandbox(args, {}, (line) => void lines.push(line))
  if (typeof started !== 'number') onTestFinished(() => started.stop())
  const entries = lines
    .join('\n')
    .split('\n')
    .flatMap((line) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? []
      return name === '' ? [] : [[name, value.startsWith('"') ? JSON.parse(value) : value]]
    })
  return { started, text: lines.join('\n'), environment: Object.fromEntries(entries) as EnvironmentVariables }
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return join(made, 'keys')
}

describe('coursepay-alipay-doctor', () => {
  it('is content with a sandbox that was started as a program', async () => {
    const { environment } = await sandbox()
    expect(await doctor([], environment)).toEqual({ status: 0, text: expect.stringMatching(/^✓ Alipay accepts/) })
  })

  it('names the variable of each mistake, all at once', async () => {
    const { status, text } = await doctor([], { ALIPAY_APP_ID: 'x', ALIPAY_SELLER_ID: '1', ALIPAY_PRIVATE_KEY: 'k' })
    expect(status).toBe(1)
    for (const name of ['APP_ID', 'SELLER_ID', 'PRIVATE_KEY', 'PUBLIC_KEY']) expect(text).toContain(`✗ ALIPAY_${name} `)
  })

  it('says the meaning and the remedy of a refusal', async () => {
    const { environment } = await sandbox()
    const { status, text } = await doctor([], { ...environment, ALIPAY_APP_ID: '2021000000009999' })
    expect([status, text]).toEqual([1, expect.stringMatching(/does not know ALIPAY_APP_ID.*isv\.invalid-app-id/)])
    const nobody = { ...environment, ALIPAY_GATEWAY: 'http://127.0.0.1:1/gateway.do' }
    expect((await doctor([], nobody)).text).toContain('reachable from here.')
    const swapped = { ...environment, ALIPAY_PUBLIC_KEY: environment.ALIPAY_PRIVATE_KEY ?? '' }
    expect((await doctor([], swapped)).text).toContain('ALIPAY_PUBLIC_KEY cannot be read: this is a private key.')
  })

  it('lets no text of outside steer the terminal', async () => {
    const settings = { ALIPAY_APP_ID: '2021\u001b[31m', ALIPAY_SELLER_ID: '1', ALIPAY_PRIVATE_KEY: '\u001b]0;k\u0007' }
    for (const { text } of [await doctor(['--\u001b[31m']), await doctor([], settings)]) {
      expect(text).not.toMatch(/(?!\n)\p{Control}/u)
    }
  })

  it('helps, prints the common codes, and refuses what it does not know', async () => {
    expect(await doctor(['--help'])).toMatchObject({ status: 0, text: expect.stringContaining('--codes') })
    const { text } = await doctor(['--codes'])
    for (const { code } of ANSWER_CODE_EXPLANATIONS) expect(text).toContain(code)
    expect((await doctor(['--nonsense'])).status).toBe(2)
    expect(await doctor([])).toMatchObject({ status: 1, text: expect.stringContaining('See --help') })
  })
})

describe('coursepay-alipay-sandbox', () => {
  it('keeps its keys in a folder that its owner alone reads', async () => {
    const keys = folder()
    const first = await sandbox('--keys', keys, '--token', 'a token of my own')
    const second = await sandbox('--keys', keys, '--seller-id', '2088000000000009')
    expect(statSync(join(keys, 'merchant-private-key.pem')).mode & 0o777).toBe(0o600)
    expect(first.environment.SANDBOX_TOKEN).toBe('a token of my own')
    expect(second.environment.ALIPAY_PRIVATE_KEY).toBe(first.environment.ALIPAY_PRIVATE_KEY)
    expect(await doctor([], second.environment)).toMatchObject({ status: 0 })
  })

  it('uses the app’s own public key', async () => {
    const keys = folder()
    await sandbox('--keys', keys)
    const own = await sandbox('--merchant-key', join(keys, 'merchant-public-key.pem'))
    expect(own.environment.ALIPAY_PRIVATE_KEY).toBeUndefined()
    const environment = { ...own.environment, ALIPAY_PRIVATE_KEY: join(keys, 'merchant-private-key.pem') }
    expect(await doctor([], environment)).toMatchObject({ status: 0 })
  })

  it.each([
    ['--help', 0, 'Control routes'],
    ['--nonsense', 2, '--nonsense'],
    ['--port=x', 2, '--port is no number'],
    ['--token=short', 2, 'fewer than 16'],
  ])('answers %s with status %i', async (arg, status, sentence) => {
    const { started, text } = await sandbox(arg)
    expect([started, text]).toEqual([status, expect.stringContaining(sentence)])
  })
})
