import { type Order, writeYuan } from '@coursepay/core'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { PageContext } from '../../school/page.js'
import { showPage } from '../../school/views/layout.js'
import { StateBadge, stateByOrderStatus } from '../../school/views/parts.js'
import type { OrderFilterFields } from '../form-fields.js'
import { operatorTextsFor } from '../operator-page.js'
import type { OperatorTexts } from '../texts/operator-english.js'

interface FoundOrdersPageModel {
  readonly fields: OrderFilterFields
  readonly orders: readonly Order[]
  /** Where the next page begins; null at the end. */
  readonly older: string | null
  readonly isFirst: boolean
}

/** A form that could not be read. */
interface RefusedSearchPageModel {
  readonly fields: OrderFilterFields
  readonly status: ContentfulStatusCode
  readonly message: string
}

/** The orders that match, newest first, page by page. */
export function ordersPageAnswer(c: PageContext, page: FoundOrdersPageModel | RefusedSearchPageModel) {
  const texts = operatorTextsFor(c)
  const { title } = texts.orders
  const content = (
    <>
      <h1>{title}</h1>
      {'message' in page ? (
        <p class="notice" role="alert">
          {page.message}
        </p>
      ) : null}
      <OrderFilters fields={page.fields} texts={texts} />
      {'orders' in page ? <FoundOrders page={page} texts={texts} /> : null}
    </>
  )
  return showPage(c, { title, content, ...('status' in page ? { status: page.status } : {}) })
}

function OrderFilters({ fields, texts }: { readonly fields: OrderFilterFields; readonly texts: OperatorTexts }) {
  const { orders, payment } = texts
  const text = (name: keyof OrderFilterFields, input: object) => (
    <label>
      {orders.fields[name]}
      <input name={name} value={fields[name]} autocomplete="off" {...input} />
    </label>
  )
  const amount = { inputmode: 'decimal', pattern: String.raw`\s*[0-9]+(\.[0-9]{1,2})?\s*` }
  return (
    <form method="get" action="/operator/orders" class="filters">
      <label>
        {orders.fields.status}
        <select name="status">
          <option value="">{orders.all}</option>
          {Object.entries(stateByOrderStatus).map(([code, state]) => (
            <option value={code} selected={code === fields.status}>
              {payment.state[state]}
            </option>
          ))}
        </select>
      </label>
      {text('userId', { maxlength: 64 })}
      {text('outPayNo', { maxlength: 64, inputmode: 'numeric' })}
      {text('from', { type: 'date' })}
      {text('to', { type: 'date' })}
      {text('minAmount', amount)}
      {text('maxAmount', amount)}
      <div class="actions">
        <button class="primary" type="submit">
          {texts.find.button}
        </button>
        <a class="button quiet" href={`/operator/orders.csv${queryStringOf(fields)}`}>
          {orders.csv}
        </a>
      </div>
    </form>
  )
}

function FoundOrders({ page, texts }: { readonly page: FoundOrdersPageModel; readonly texts: OperatorTexts }) {
  const { orders, fields, older, isFirst } = page
  return (
    <>
      {orders.length === 0 ? <p class="lead">{texts.orders.nothing}</p> : null}
      {orders.length === 0 ? null : (
        <section class="card">
          <ul class="rows">
            {orders.map((order) => (
              <OrderRow order={order} texts={texts} />
            ))}
          </ul>
        </section>
      )}
      {isFirst && older === null ? null : (
        <nav class="pager" aria-label={texts.orders.pages}>
          {isFirst ? null : <a href={`/operator/orders${queryStringOf(fields)}`}>{texts.orders.newest}</a>}
          {older === null ? null : (
            <a href={`/operator/orders${queryStringOf({ ...fields, after: older })}`}>{texts.orders.older}</a>
          )}
        </nav>
      )}
    </>
  )
}

function OrderRow({ order, texts }: { readonly order: Order; readonly texts: OperatorTexts }) {
  return (
    <li class="row">
      <div>
        <a href={`/operator/orders/${order.id}`}>{order.orderName}</a> {`¥${writeYuan(order.totalPrice)}`}
        <div class="soft">{`${order.userId} · ${texts.dateTime(order.createDate)} · ${order.id}`}</div>
      </div>
      <StateBadge state={stateByOrderStatus[order.status]} texts={texts.payment.state} />
    </li>
  )
}

/** The fields that say something, as a query. */
function queryStringOf(fields: Readonly<Record<string, string>>): string {
  const query = String(new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== '')))
  return query === '' ? '' : `?${query}`
}
