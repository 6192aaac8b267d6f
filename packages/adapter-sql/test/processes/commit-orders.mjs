// Commits new orders, many at a time, and prints the id of each as soon as its caller was answered.
import { sqlStore } from '../../dist/index.js'

const [url, firstId, callers] = process.argv.slice(2)
const { orderStore } = await sqlStore({ url }).open()
let next = BigInt(firstId)
const goods = JSON.stringify([{ goodsId: '1', goodsType: '60201', goodsName: 'Java', goodsPrice: '99.00' }])

async function commit() {
  const id = String(next++)
  const [userId, totalPrice, orderName, createDate, expireDate] = ['user-1', 9_900, 'Java', 1, 2]
  const payment = { payNo: id, orderId: id, userId, totalPrice, orderName, createDate, expireDate }
  const after = {
    ...{ id, outBusinessId: `thing-${id}`, orderType: '60201', userId, totalPrice, orderName, orderDescrip: null },
    ...{ orderDetail: goods, status: '600001', createDate, expireDate, version: 1, refunds: [] },
    payments: [
      {
        ...{ ...payment, status: '601001', token: `token-${id}`, notifyUrl: 'https://shop.example', returnUrl: null },
        ...{ outPayNo: null, outPayChannel: null, paySuccessTime: null, receipt: null },
      },
    ],
  }
  await orderStore.orders.commit({ before: null, after, messages: [], journal: [], actions: [], schedule: [] })
  process.stdout.write(`${id}\n`)
}

async function keepCommitting() {
  for (;;) await commit()
}

await Promise.all(Array.from({ length: Number(callers) }, keepCommitting))
