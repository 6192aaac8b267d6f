import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ANSWER_CODE_EXPLANATIONS, readAlipayEnvironment } from '@coursepay/adapter-alipay'
import { generateRsaKeyPair, startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { describe, expect, it, onTestFinished } from 'vitest'
import { versionFinding } from '../src/apps/doctor/check-services.js'
import { checkKeys } from '../src/apps/doctor/diagnose.js'
import { diagnose, settings } from './support/doctor.js'
import { run } from './support/process.js'
import { alipayEnvironment, openShopProcess } from './support/shop-process.js'

/** Refuses as Alipay does: with a code, without a signature. */
async function refusingGateway(code: string) {
  const server = createServer((_, response) => {
    const refusal = {
      code: code.startsWith('ACQ') ? '40004' : '40002',
      msg: 'refused',
      sub_code: code,
      sub_msg: '拒绝',
    }
    response.writeHead(200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ alipay_trade_query_response: refusal }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/gateway.do`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

describe('the doctor', () => {
  it('given a server that runs and keys that fit, then the doctor finds no fault', async () => {
    await using shop = await openShopProcess()
    await shop.start()
    const { code, said } = await diagnose({
      ...shop.environment,
      PUBLIC_BASE_URL: shop.address(),
      JWT_SECRET: settings.JWT_SECRET,
    })
    expect(said).toContain('Alipay accepts the signature')
    expect(said).toContain('only on this machine')
    expect([code, said]).toEqual([0, expect.stringContaining('No fault found.')])
  })

  it("given our own public key in place of Alipay's, a foreign private key or a foreign public key, then it says which", async () => {
    await using sandbox = await startAlipaySandbox()
    const environment = alipayEnvironment(sandbox)
    const other = await generateRsaKeyPair()
    const pem = { type: 'spki', format: 'pem' } as const
    const { publicKey: own } = { publicKey: (await import('node:crypto')).createPublicKey(sandbox.merchant.privateKey) }
    const cases = [
      [{ ALIPAY_PUBLIC_KEY: own.export(pem).toString() }, /your own app's public key/],
      [
        { ALIPAY_PRIVATE_KEY: other.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() },
        /Alipay refuses our signature/,
      ],
      [{ ALIPAY_PUBLIC_KEY: other.publicKey.export(pem).toString() }, /The key in ALIPAY_PUBLIC_KEY did not sign/],
      [{ ALIPAY_APP_ID: '2099000000000000' }, /does not know ALIPAY_APP_ID/],
      [{ ALIPAY_GATEWAY: 'http://127.0.0.1:1/gateway.do' }, /no usable answer/],
    ] as const
    for (const [change, sentence] of cases) {
      const { code, said } = await diagnose({ ...environment, ...change })
      expect([code, said]).toEqual([1, expect.stringMatching(sentence)])
      expect(said).not.toContain('-----BEGIN')
    }
  })

  it('given a refusal that nobody signed, then it says code, meaning and remedy of each common one', async () => {
    await using sandbox = await startAlipaySandbox()
    const environment = readAlipayEnvironment(alipayEnvironment(sandbox))
    if (environment === null || !('appId' in environment)) throw new Error('The sandbox prints its settings.')
    const unclear = ANSWER_CODE_EXPLANATIONS.filter(({ code }) => code !== 'ACQ.TRADE_NOT_EXIST')
    for (const { code, meaning, remedy } of unclear) {
      await using gateway = await refusingGateway(code)
      const checks = checkKeys({ ...environment, gateway: gateway.url })
      const [finding] = await checks.run()
      expect(finding).toMatchObject({ grade: 'fault', sentence: expect.stringContaining(code) })
      expect(finding?.sentence).toContain(`${meaning} ${remedy}`)
    }
    const codes = run('apps/doctor/main.js', {}, ['--codes'])
    expect(await codes.ended()).toBe(0)
    for (const { code, meaning, remedy } of ANSWER_CODE_EXPLANATIONS) {
      expect(codes.output()).toContain(`${code}\n  ${meaning}\n  ${remedy}`)
    }
    expect(await run('apps/doctor/main.js', {}, ['--nonsense']).ended()).toBe(2)
  })

  it('given a notify address that redirects, shows HTML or does not answer, then it says what Alipay would meet', async () => {
    await using sandbox = await startAlipaySandbox()
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/redirect')) response.writeHead(301, { Location: 'https://elsewhere.test/' }).end()
      else if (request.url?.startsWith('/endless')) response.end('fail'.repeat(100_000))
      else if (request.url?.startsWith('/starting'))
        response.writeHead(503).end('{"type":"urn:coursepay:problem:store_unavailable"}')
      else response.end('<html>login</html>')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const at = (PUBLIC_BASE_URL: string) => diagnose({ ...alipayEnvironment(sandbox), PUBLIC_BASE_URL })
    expect((await at(`${base}/redirect`)).said).toMatch(/redirects to https:\/\/elsewhere\.test/)
    expect((await at(base)).said).toMatch(/an HTML page/)
    expect((await at(`${base}/endless`)).said).toMatch(/does not answer \(too_large\)/)
    expect((await at(`${base}/starting`)).said).toMatch(/answers 503: the server is starting/)
    expect((await at('http://127.0.0.1:1')).said).toMatch(/does not answer/)
    server.close()
  })

  it('the doctor makes no database, and leaves one as it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coursepay-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const DATABASE_URL = `sqlite:${join(folder, 'data/shop.db')}`
    expect((await diagnose({ DATABASE_URL })).said).toContain('has no tables yet')
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    ['3.9.29', 'fault'],
    ['3.10.0', 'ok'],
    ['4.1.0', 'ok'],
    [null, 'worry'],
  ])('given a broker of version %s, then it is %s', (version, grade) => {
    expect(versionFinding(version).grade).toBe(grade)
  })

  it('given a database and a broker that are not there, or wrong settings, then each is named, without a password', async () => {
    const { code, said } = await diagnose({
      DATABASE_URL: 'mysql://root:hunter2@127.0.0.1:1/shop',
      AMQP_URL: 'amqp://guest:hunter2@127.0.0.1:1',
    })
    expect([code, said]).toEqual([1, expect.stringMatching(/DATABASE_URL[\s\S]*AMQP_URL/)])
    expect(said).not.toContain('hunter2')
    expect((await diagnose({ ORDER_TTL: 'soon' })).said).toMatch(/✗ settings: ORDER_TTL/)
  })
})
