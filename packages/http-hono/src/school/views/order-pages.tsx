import { type Order, OrderStatus, writeYuan } from '@coursepay/core'
import type { PageContext } from '../page.js'
import type { OrderState, Texts } from '../texts/texts.js'
import { showPage } from './layout.js'
import { Action, Badge, Pager } from './parts.js'

const stateByOrderStatus: Readonly<Record<OrderStatus, OrderState>> = {
  [OrderStatus.unpaid]: 'unpaid',
  [OrderStatus.paid]: 'paid',
  [OrderStatus.closed]: 'closed',
  [OrderStatus.refunded]: 'refunded',
}
const toneByState = { unpaid: 'warn', paid: 'good', closed: 'plain', refunded: 'plain' } as const

interface OrderListProps {
  readonly orders: readonly Order[]
  /** From 1. */
  readonly page: number
  readonly lastPage: number
  readonly texts: Texts
}

/** A user's orders, newest first, with what can be done about each. */
export function orderListPage(c: PageContext, list: Omit<OrderListProps, 'texts'>) {
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

function OrderCard({ order, texts }: { readonly order: Order; readonly texts: Texts }) {
  const state = stateByOrderStatus[order.status]
  return (
    <li class="card" data-order={order.id}>
      <h2>{order.orderName}</h2>
      <p class="row">
        <span class="price">{`¥${writeYuan(order.totalPrice)}`}</span>
        <Badge tone={toneByState[state]}>{texts.orderState[state]}</Badge>
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
            <Action path={`/orders/${order.id}/pay`} label={texts.payOn} />
            <Action path={`/orders/${order.id}/close`} label={texts.closeOrder} style="quiet" />
          </>
        ) : null}
        {state === 'closed' ? <Action path={`/orders/${order.id}/pay`} label={texts.buyAgain} style="quiet" /> : null}
        {state === 'paid' ? (
          <a class="button quiet" href="/my-courses">
            {texts.continueLearning}
          </a>
        ) : null}
      </div>
    </li>
  )
}
