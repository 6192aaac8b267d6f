import { OrderType, writeYuan } from '@coursepay/core'
import { type Authenticate, errorToProblemResponse, priceApp, type SharedPrices } from '@coursepay/http-hono'
import { Hono } from 'hono'
import type { Material, Purchase } from './material.js'
import type { MaterialShop } from './material-shop.js'

/** What a buyer of materials sees, and what the order service asks for prices. */
export function createMaterialApp(
  shop: MaterialShop,
  { authenticate, prices }: { readonly authenticate: Authenticate; readonly prices: SharedPrices },
): Hono {
  const app = new Hono()
  app.post('/api/materials/:materialId/purchase', async (c) => {
    const { userId } = await authenticate(c.req.raw)
    const { material, purchase } = await shop.purchase(userId, c.req.param('materialId'))
    return c.json({ ...writePurchase(purchase), addOrder: addOrderOf(material, purchase) })
  })
  app.get('/api/materials/:materialId/download', async (c) => {
    const { userId } = await authenticate(c.req.raw)
    const { content } = await shop.download(userId, c.req.param('materialId'))
    return c.text(content, 200, { 'Content-Disposition': 'attachment; filename="material.md"' })
  })
  app.route('/', priceApp(prices))
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.onError((error) => errorToProblemResponse(error))
  return app
}

const writePurchase = ({ purchaseId, materialId, price, status }: Purchase) => ({
  purchaseId,
  materialId,
  price: writeYuan(price),
  status,
})

/** The body of `generatepaycode` at the order service, ready to be sent. */
function addOrderOf({ materialId, materialName, price }: Material, { purchaseId }: Purchase) {
  const totalPrice = writeYuan(price)
  const goods = { goodsId: materialId, goodsType: OrderType.material, goodsName: materialName, goodsPrice: totalPrice }
  return {
    outBusinessId: purchaseId,
    orderType: OrderType.material,
    totalPrice,
    orderName: materialName,
    orderDetail: JSON.stringify([{ ...goods, goodsDetail: '' }]),
  }
}
