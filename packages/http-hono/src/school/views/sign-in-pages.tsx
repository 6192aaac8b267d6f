import { assets } from '../assets.js'
import type { PageContext } from '../page.js'
import { showPage } from './layout.js'
import { MessageCard } from './parts.js'

/** For somebody who is not signed in; null: nobody said where the school's own site is. */
export function signInNeededPageAnswer(c: PageContext, login: string | null) {
  const { signIn, courses } = c.var.visitor.texts
  const content = (
    <MessageCard icon="warn" title={signIn.title} text={signIn.text}>
      <div class="actions">
        {login === null ? null : (
          <a class="button primary" href={login}>
            {signIn.handedOver}
          </a>
        )}
        <a class="button quiet" href="/">
          {courses}
        </a>
      </div>
    </MessageCard>
  )
  return showPage(c, { title: signIn.title, content, status: 401 })
}

/**
 * Where the school's site sends a visitor: `/sign-in?to=/orders#token=…`. What stands behind `#` is in no log. The
 * visitor sees as whom he signs in and presses the button: a link of somebody else's must not sign him in as another.
 */
export function signInPageAnswer(c: PageContext, to: string) {
  const { signIn } = c.var.visitor.texts
  const content = (
    <article class="card" id="sign-in" data-to={to} data-as={signIn.as} data-failed={signIn.failed}>
      <h1>{signIn.handedOver}</h1>
      <p class="lead" role="status">
        {signIn.text}
      </p>
      <button class="primary" type="button" hidden>
        {signIn.button}
      </button>
    </article>
  )
  return showPage(c, { title: signIn.handedOver, content, scripts: [assets.signInScript.address] })
}
