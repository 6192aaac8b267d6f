import type { PageContext } from '../../school/page.js'
import { showPage } from '../../school/views/layout.js'
import { operatorTextsFor } from '../operator-page.js'

/** With the one-time code of a link, or with a token. */
export function signInPageAnswer(c: PageContext, code: string | null) {
  const { signIn } = operatorTextsFor(c)
  const content = (
    <article class="card">
      <h1>{signIn.title}</h1>
      <p class="lead">{code === null ? signIn.text : signIn.codeText}</p>
      <form method="post" action="/operator/sign-in" class="fields">
        {code === null ? (
          <label>
            {signIn.token}
            <input type="password" name="token" required autocomplete="off" />
          </label>
        ) : (
          <input type="hidden" name="code" value={code} />
        )}
        <button class="primary" type="submit">
          {signIn.button}
        </button>
      </form>
    </article>
  )
  return showPage(c, { title: signIn.title, content })
}
