import { courseId, fen, userId } from '@coursepay/core'
import { inMemoryCheckout } from '@coursepay/core/fakes'
import { createCheckoutApp, servicesOf } from '@coursepay/http-hono'

const course = { courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }
const { orders, learning } = await inMemoryCheckout({ courses: [course] })

const app = createCheckoutApp({
  ...servicesOf({ orders, learning }),
  authenticate: async () => ({ userId: userId('zhang'), operator: false }), // or bearerAuthentication({ secret })
  publicBaseUrl: 'https://shop.example',
  log: { info: () => {}, error: console.error },
})

const response = await app.request('/api/learning/choosecourse/1', { method: 'POST' }) // serve({ fetch: app.fetch })
const { courseName, coursePrice, status } = Object(await response.json())
console.log(response.status, courseName, coursePrice, status)
