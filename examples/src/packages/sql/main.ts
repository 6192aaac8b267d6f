import { openDatabase } from '@coursepay/adapter-sql'
import { courseId, fen } from '@coursepay/core'

const database = await openDatabase({ url: 'sqlite::memory:' }) // or sqlite:./shop.db, or mysql://user:password@host/db
await database.migrate() // safe from many processes at once
await database.publishCourses([{ courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }])

const course = await database.catalogue.find(courseId('1'))
console.log(course?.courseName, course?.price, 'fen')
const { orderStores, orderUnitOfWork } = database // the order service's half: what createCheckout wants
const { learningStores, learningUnitOfWork } = database // the learning centre's half, which may be another database
console.log(Object.keys({ orderStores, orderUnitOfWork, learningStores, learningUnitOfWork }).join(' '))
await database.close()
