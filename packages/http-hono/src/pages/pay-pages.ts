import type { PayPage } from '@coursepay/core'
import { html } from 'hono/html'
import { problemHeaders, problemOf } from '../problem/problem.js'
import { pageAnswer } from './page.js'

/** What a `Location` header can hold, and nothing that a browser would run. */
const WEB_ADDRESS = /^https?:\/\/[\x21-\x7e]+$/

/** Sends the browser on; the link is for one that does not follow. */
export async function redirectToGateway({ url }: PayPage): Promise<Response> {
  if (!WEB_ADDRESS.test(url)) throw new Error("The gateway's page has no address that a browser can be sent to.")
  const body = html`<p><a href="${url}" rel="noreferrer">如果没有自动跳转，请点击这里继续支付</a></p>`
  return pageAnswer({ title: '正在前往支付页面', body }, { status: 302, headers: { Location: url } })
}

/** Says why there is nothing to pay here, in the words of the problem table. */
export async function whyNot(error: unknown): Promise<Response> {
  const problem = problemOf(error)
  const { status, errMessage, code } = problem
  const body = html`<p>请返回课程页面查看订单状态，或重新获取支付二维码。</p><p><small>${status} ${code}</small></p>`
  return pageAnswer({ title: errMessage, body }, { status, headers: problemHeaders(problem) })
}
