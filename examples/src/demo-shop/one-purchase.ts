import { MessageType } from '@coursepay/core'
import { printable, type ReceivedPayResultMessage, writePayResultMessage } from '@coursepay/core/ports'
import { encodeQrForTerminal } from '@coursepay/http-hono'
import type { Shop } from '../apps/shop/start-shop.js'
import { type Answer, apiOf, text, tokenFor } from './api.js'

const COURSE = '1'

/** Buys one course without a browser, over HTTP, and prints each step. Throws when any of them goes wrong. */
export async function walkOnePurchase(shop: Shop, secret: string): Promise<void> {
  const { sandbox } = shop
  if (sandbox === null) throw new Error('--once pays in the bundled sandbox: leave the ALIPAY_ settings unset.')
  const user = `demo-${Date.now()}`
  const api = apiOf(`http://127.0.0.1:${shop.port}`, await tokenFor(user, secret))
  const { step, elapsed } = createSteps(console.log)
  const copy = await subscribeToCopies(shop)

  const choice = await step(
    'choose the course',
    () => api.post(`/api/learning/choosecourse/${COURSE}`),
    (made) =>
      `${text(made, 'courseName')}, ${text(made, 'coursePrice')} yuan, choice ${text(made, 'id')} waits (${text(made, 'status')})`,
  )
  const payment = await step(
    'order and pay record',
    () => api.post('/api/orders/generatepaycode', orderFor(choice)),
    (made) => `order ${text(made, 'orderId')}, pay record ${text(made, 'payNo')} (${text(made, 'status')})`,
  )
  const payUrl = text(payment, 'payUrl')
  console.log(
    await step(
      'QR code',
      async () => encodeQrForTerminal(payUrl),
      () => payUrl,
    ),
  )
  const page = await step(
    'the phone opens it',
    () => sandbox.buyer.openPayPage(payUrl),
    ({ url }) => `cashier ${new URL(url).host} shows ${text(payment, 'orderName')}`,
  )
  await step(
    'the buyer pays',
    () => sandbox.buyer.pay(page.url),
    ({ result }) => result,
  )
  await step(
    'Alipay notifies',
    () => sandbox.settled(),
    () => `receivenotify answered ${sandbox.notifications().at(-1)?.attempts.at(-1)?.answer ?? 'nothing'}`,
  )
  await step(
    'the order is paid',
    () => api.get(`/api/orders/payresult?payNo=${text(payment, 'payNo')}`),
    (made) => `${text(made, 'status')}, ${text(made, 'outPayChannel')} trade ${text(made, 'outPayNo')}`,
  )
  await step(
    'the message goes out',
    () => copy.message,
    (message) => (message === null ? 'through RabbitMQ' : writtenMessage(message)),
  )
  await step(
    'the course table',
    () => waitForCourse(() => api.get('/api/learning/mycoursetable')),
    (item) => `${text(item, 'courseName')} until ${text(item, 'validtimeEnd')} (${text(item, 'learnStatus')})`,
  )
  await copy.stop()
  console.log(`\nOne purchase in ${elapsed().toFixed(0)} ms.`)
}

const writtenMessage = (message: ReceivedPayResultMessage): string =>
  writePayResultMessage({ ...message, messageType: MessageType.payResult })

interface MessageCopy {
  readonly message: Promise<ReceivedPayResultMessage | null>
  stop(): Promise<void>
}

/**
 * A second service, with its own queue on the same exchange: it gets its own copy of the message. Not on RabbitMQ,
 * where such a queue would stay behind and fill up with nobody to read it.
 */
async function subscribeToCopies({ subscriber, inProcess }: Shop): Promise<MessageCopy> {
  if (!inProcess) return { message: Promise.resolve(null), async stop() {} }
  const copy = Promise.withResolvers<ReceivedPayResultMessage>()
  const reader = await subscriber.subscribe('demo_queue', async (message) => copy.resolve(message))
  return { message: copy.promise, stop: () => reader.stop() }
}

function orderFor(choice: Answer) {
  const [name, price] = [text(choice, 'courseName'), text(choice, 'coursePrice')]
  const goods = [{ goodsId: COURSE, goodsType: '60201', goodsName: name, goodsPrice: price, goodsDetail: '' }]
  return {
    outBusinessId: text(choice, 'id'),
    orderType: '60201',
    totalPrice: price,
    orderName: name,
    orderDescrip: null,
    orderDetail: JSON.stringify(goods),
  }
}

/** The course arrives by a message, so it may take a moment; 10 s are more than enough. */
async function waitForCourse(read: () => Promise<Answer>): Promise<Answer> {
  const deadline = performance.now() + 10_000
  while (performance.now() < deadline) {
    const { items } = await read()
    const [item] = Array.isArray(items) ? items : []
    if (item !== undefined) return item
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('the course did not reach the course table')
}

/** Prints each step with what happened and how long it took. */
interface Steps {
  /** Runs one step; `tell` turns its result into the line that is printed. */
  step<Result>(title: string, work: () => Promise<Result>, tell: (result: Result) => string): Promise<Result>
  /** Time since the first step, in ms. */
  elapsed(): number
}

function createSteps(print: (line: string) => void): Steps {
  const start = performance.now()
  let count = 0
  return {
    async step(title, work, tell) {
      const begin = performance.now()
      const result = await work()
      const took = `${(performance.now() - begin).toFixed(1)} ms`
      count += 1
      print(`${String(count).padStart(2)}. ${title.padEnd(22)}${took.padStart(10)}   ${printable(tell(result))}`)
      return result
    },
    elapsed: () => performance.now() - start,
  }
}
