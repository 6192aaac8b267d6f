import { type CourseChoice, type OrderRequest, OrderType, outBusinessId, writeYuan } from '@coursepay/core'

/** What is ordered for a choice of a course. The same choice always asks for the same. */
export function orderOfChoice({ id, courseId, courseName, coursePrice }: CourseChoice): OrderRequest {
  const goods = { goodsId: courseId, goodsType: OrderType.course, goodsName: courseName, goodsDetail: '' }
  return {
    outBusinessId: outBusinessId(id),
    orderType: OrderType.course,
    totalPrice: coursePrice,
    orderName: courseName,
    orderDescrip: null,
    orderDetail: JSON.stringify([{ ...goods, goodsPrice: writeYuan(coursePrice) }]),
    goods: [{ ...goods, goodsPrice: coursePrice }],
  }
}
