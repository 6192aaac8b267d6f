import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AlipaySandbox,
  type AlipaySandboxOptions,
  generateSandboxKeys,
  startAlipaySandbox,
} from '@coursepay/adapter-alipay/sandbox'
import { type Api, apiOf, text, tokenFor } from '../../src/demo-shop/api.js'
import { type Running, run } from './process.js'

export const SECRET = 'a secret of the tests, long enough'
const keys = await generateSandboxKeys()

/** A server process that can be killed and started again on the same files, beside an Alipay that lives on. */
export interface ShopProcess extends AsyncDisposable {
  readonly sandbox: AlipaySandbox
  readonly environment: Readonly<Record<string, string>>
  /** Starts the server and waits until it is open. */
  start(more?: Readonly<Record<string, string>>): Promise<Running>
  /** Where the running server is reached. */
  address(): string
  /** What this user's browser does. */
  as(user: string): Promise<Api>
}

export async function openShopProcess(options: AlipaySandboxOptions = {}): Promise<ShopProcess> {
  const [sandbox, folder] = await Promise.all([
    startAlipaySandbox({ keys, notifyTimeScale: 1 / 2_400, ...options }),
    mkdtemp(join(tmpdir(), 'coursepay-')),
  ])
  const environment = {
    DATABASE_URL: `sqlite:${join(folder, 'shop.db')}`,
    JWT_SECRET: SECRET,
    ...alipayEnvironment(sandbox),
  }
  const processes: Running[] = []
  let port = '0'
  return {
    sandbox,
    environment,
    async start(more = {}) {
      const server = run('apps/server/main.js', { ...environment, PORT: port, ...more })
      processes.push(server)
      port = (await server.shows(/"port":(\d+)/))[1] ?? port
      return server
    },
    address: () => `http://127.0.0.1:${port}`,
    as: async (user) => apiOf(`http://127.0.0.1:${port}`, await tokenFor(user, SECRET)),
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((server) => server.kill('SIGKILL')))
      await sandbox.stop()
      await rm(folder, { recursive: true })
    },
  }
}

/** The settings of an app at this Alipay: one key as PEM on one line, the other as bare base64. */
export const alipayEnvironment = ({ merchant }: AlipaySandbox) => ({
  ALIPAY_APP_ID: merchant.appId,
  ALIPAY_SELLER_ID: merchant.sellerId,
  ALIPAY_PRIVATE_KEY: merchant.privateKey.replaceAll('\n', '\\n'),
  ALIPAY_PUBLIC_KEY: merchant.alipayPublicKey.replace(/-----[^-]+-----|\s/g, ''),
  ALIPAY_GATEWAY: merchant.gateway,
})

/** Chooses a course; the answer is what its page sends to `generatepaycode`. */
export async function orderBody(api: Api, course = '1') {
  const choice = await api.post(`/api/learning/choosecourse/${course}`)
  const [goodsName, goodsPrice] = [text(choice, 'courseName'), text(choice, 'coursePrice')]
  return {
    outBusinessId: text(choice, 'id'),
    orderType: '60201',
    totalPrice: goodsPrice,
    orderName: goodsName,
    orderDetail: JSON.stringify([{ goodsId: course, goodsType: '60201', goodsName, goodsPrice, goodsDetail: '' }]),
  }
}

/** Chooses a course and orders it; the answer is the pay record with its `payUrl`. */
export const order = async (api: Api, course = '1') =>
  api.post('/api/orders/generatepaycode', await orderBody(api, course))
