import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { problemText } from '../../pages/problem-texts.js'
import { problemOf } from '../../problem/problem.js'
import type { PageContext } from '../page.js'
import { showPage } from './layout.js'
import { MessageCard } from './parts.js'

/** What went wrong, and where to go from here. */
export function problemPageAnswer(c: PageContext, error: unknown): Response | Promise<Response> {
  const { texts, language } = c.var.visitor
  const { status, code } = problemOf(error)
  return messagePageAnswer(c, status, {
    title: problemText(code, language),
    text: texts.problemHelp,
    reference: `${texts.reference} ${status} ${code}`,
  })
}

export const notFoundPageAnswer = (c: PageContext) => messagePageAnswer(c, 404, c.var.visitor.texts.notFound)

export const otherOriginPageAnswer = (c: PageContext) => messagePageAnswer(c, 403, c.var.visitor.texts.otherOrigin)

interface MessagePageModel {
  readonly title: string
  readonly text: string
  readonly reference?: string
}

function messagePageAnswer(c: PageContext, status: ContentfulStatusCode, parts: MessagePageModel) {
  const { texts } = c.var.visitor
  const content = (
    <MessageCard icon="warn" title={parts.title} text={parts.text}>
      <div class="actions">
        <a class="button primary" href="/">
          {texts.courses}
        </a>
        <a class="button quiet" href="/orders">
          {texts.myOrders}
        </a>
      </div>
      {parts.reference ? <p class="soft">{parts.reference}</p> : null}
    </MessageCard>
  )
  return showPage(c, { title: parts.title, content, status })
}
