import type { Shop } from '../apps/shop/start-shop.js'
import { tokenFor } from './api.js'

const USER = 'demo'

/** Prints the page's address first, then how to buy a course with curl. */
export async function printHowToBuy(shop: Shop, secret: string, operatorCode: string): Promise<void> {
  const base = shop.publicBaseUrl
  const token = await tokenFor(USER, secret)
  console.log(`coursepay is open at ${base}

Open it in a browser, choose a course and pay${shop.sandbox === null ? '' : ' in the bundled Alipay sandbox (no money moves)'}.

See it as an operator: ${base}/operator/sign-in?code=${operatorCode}
Read and try the HTTP interface: ${base}/docs

Or buy a course with curl, as the user "${USER}" (the token is good for a day):

  TOKEN=${token}
  # 1. choose the course; the answer's id is the choice
  curl -s -X POST -H "Authorization: Bearer $TOKEN" ${base}/api/learning/choosecourse/1
  # 2. order it; the answer's payUrl is what the QR code holds
  curl -s -X POST -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' ${base}/api/orders/generatepaycode \\
    -d '{"outBusinessId":"<id>","orderType":"60201","totalPrice":"99.00","orderName":"Spring Cloud 微服务实战","orderDetail":"[{\\"goodsId\\":\\"1\\",\\"goodsType\\":\\"60201\\",\\"goodsName\\":\\"Spring Cloud 微服务实战\\",\\"goodsPrice\\":\\"99.00\\",\\"goodsDetail\\":\\"\\"}]"}'
  # 3. open payUrl in a browser and pay
  # 4. the course is yours
  curl -s -H "Authorization: Bearer $TOKEN" ${base}/api/learning/mycoursetable
  # and your orders, newest first
  curl -s -H "Authorization: Bearer $TOKEN" ${base}/api/orders

Ctrl-C stops it.`)
}
