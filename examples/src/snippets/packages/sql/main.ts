import { sqlStore } from '@coursepay/adapter-sql'
import { courseId, fen } from '@coursepay/core'

const adapter = sqlStore({ url: 'sqlite::memory:' }) // or sqlite:./shop.db, or mysql://user:password@host/db
const store = await adapter.open() // connects and migrates; safe from many processes at once
await store.publishCourses([{ courseId: courseId('1'), courseName: 'Java', price: fen(9_900), validDays: 365 }])

const course = await store.learningStore.catalogue.find(courseId('1'))
console.log(course?.courseName, course?.price, 'fen')
console.log(Object.keys(store.orderStore).join(' '))
await store.close()
