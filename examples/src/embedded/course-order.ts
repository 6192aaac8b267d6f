import {
  type CourseChoice,
  type OrderRequest,
  OrderType,
  outBusinessId,
  readOrderDetail,
  writeYuan,
} from '@coursepay/core'

/** What a page asks for when a choice is to be paid. The price is only repeated: the server looks it up again. */
export function courseOrder(choice: CourseChoice): OrderRequest {
  const line = {
    goodsId: choice.courseId,
    goodsType: OrderType.course,
    goodsName: choice.courseName,
    goodsPrice: writeYuan(choice.coursePrice),
    goodsDetail: '',
  }
  const orderDetail = JSON.stringify([line])
  return {
    outBusinessId: outBusinessId(choice.id),
    orderType: OrderType.course,
    totalPrice: choice.coursePrice,
    orderName: choice.courseName,
    orderDescrip: null,
    orderDetail,
    goods: readOrderDetail(orderDetail),
  }
}
