import { type Order, writeYuan } from '@coursepay/core'
import type { PageContext } from '../page.js'
import type { SchoolTexts } from '../texts/school-texts.js'
import { showPage } from './layout.js'
import { ActionButton, Pager, StateBadge, stateByOrderStatus } from './parts.js'

interface OrderListProps {
  readonly orders: readonly Order[]
  /** From 1. */
  readonly page: number
  readonly lastPage: number
  readonly texts: SchoolTexts
}

/** A user's orders, newest first, with what can be done about each. */
export function orderListPageAnswer(c: PageContext, list: Omit<OrderListProps, 'texts'>) {
  const { texts } = c.var.visitor
  return showPage(c, { title: texts.myOrders, content: <OrderList {...list} texts={texts} /> })
}

function OrderList({ orders, page, lastPage, texts }: OrderListProps) {
  return (
    <>
      <h1>{texts.myOrders}</h1>
      {orders.length === 0 ? (
        <p class="lead">
          {texts.noOrders} <a href="/">{texts.toCourses}</a>
        </p>
      ) : null}
      <ul class="list">
        {orders.map((order) => (
          <OrderCard order={order} texts={texts} />
        ))}
      </ul>
      <Pager path="/orders" page={page} lastPage={lastPage} texts={texts} />
    </>
  )
}

function OrderCard({ order, texts }: { readonly order: Order; readonly texts: SchoolTexts }) {
  const state = stateByOrderStatus[order.status]
  return (
    <li class="card" data-order={order.id}>
      <h2>{order.orderName}</h2>
      <p class="row">
        <span class="price">{`¥${writeYuan(order.totalPrice)}`}</span>
        <StateBadge state={state} texts={texts.orderState} />
      </p>
      <dl>
        <div>
          <dt>{texts.orderNumber}</dt>
          <dd>{order.id}</dd>
        </div>
        <div>
          <dt>{texts.ordered}</dt>
          <dd>{texts.dateTime(order.createDate)}</dd>
        </div>
      </dl>
      {order.refunds.map(({ amount, status }) => (
        <p class="soft">{texts.refundOf[status](writeYuan(amount))}</p>
      ))}
      <div class="actions">
        {state === 'unpaid' ? (
          <>
            <ActionButton path={`/orders/${order.id}/pay`} label={texts.payOn} />
            <ActionButton path={`/orders/${order.id}/close`} label={texts.closeOrder} style="quiet" />
          </>
        ) : null}
        {state === 'closed' ? (
          <ActionButton path={`/orders/${order.id}/pay`} label={texts.buyAgain} style="quiet" />
        ) : null}
        {state === 'paid' ? (
          <a class="button quiet" href="/my-courses">
            {texts.continueLearning}
          </a>
        ) : null}
      </div>
    </li>
  )
}
