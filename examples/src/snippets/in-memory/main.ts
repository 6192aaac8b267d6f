import { courseId, fen, userId } from '@coursepay/core'
import { inMemoryCheckout } from '@coursepay/core/fakes'

const course = { courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }
const shop = await inMemoryCheckout({ courses: [course] })
const zhang = userId('zhang')

const { choice } = await shop.learning.service.chooseCourse(zhang, course.courseId)
const payment = await shop.orders.service.createOrder(zhang, shop.orderRequestForChoice(choice))
console.log('order', payment.orderId, 'unpaid:', payment.status)

await shop.pay(payment) // the phone opens the QR's page, the buyer pays
await Promise.all(Array.from({ length: 50 }, () => shop.notify(payment))) // Alipay repeats itself
await shop.advance(0) // the message travels

const { entries } = await shop.learning.service.myCourseTable(zhang, 1, 10)
console.log('course table:', entries.map(({ courseName }) => courseName).join())
