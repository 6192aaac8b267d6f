import type { BenchDatabase } from './bench-database.js'
import { bookedPayRow, choiceRow, courseRow, goodsRow, orderRow, payRow, secondPayNo } from './rows.js'

/**
 * Hands out numbers of purchases that nothing has been done with yet, and brings the database to the stage they are
 * wanted at.
 */
export interface Purchases {
  /** Courses that can be chosen. */
  published(count: number): Promise<number[]>
  /** Choices that wait for an order. */
  chosen(count: number): Promise<number[]>
  /** Orders that wait for their money. */
  ordered(count: number): Promise<number[]>
  /** Paid orders with a second payment that waits for its money. */
  paidWithSecond(count: number): Promise<number[]>
  /** Numbers alone, with no row anywhere. */
  unused(count: number): number[]
}

export function purchasesIn(database: BenchDatabase): Purchases {
  let next = 0
  const unused = (count: number) => Array.from({ length: count }, () => next++)
  async function published(count: number) {
    const numbers = unused(count)
    await database.insert('course_publish', numbers.map(courseRow))
    return numbers
  }
  async function chosen(count: number) {
    const numbers = await published(count)
    await database.insert('xc_choose_course', numbers.map(choiceRow))
    return numbers
  }
  return {
    unused,
    published,
    chosen,
    async ordered(count) {
      const numbers = await chosen(count)
      const orders = numbers.map((n) => orderRow(n))
      await database.insert('xc_orders', orders)
      await database.insert('xc_orders_goods', numbers.map(goodsRow))
      const payments = numbers.map((n) => payRow(n))
      await database.insert('xc_pay_record', payments)
      return numbers
    },
    async paidWithSecond(count) {
      const numbers = await chosen(count)
      const orders = numbers.map((n) => orderRow(n, '600002'))
      await database.insert('xc_orders', orders)
      await database.insert('xc_orders_goods', numbers.map(goodsRow))
      const second = numbers.map((n) => payRow(n, secondPayNo(n)))
      await database.insert('xc_pay_record', [...numbers.map(bookedPayRow), ...second])
      return numbers
    },
  }
}
