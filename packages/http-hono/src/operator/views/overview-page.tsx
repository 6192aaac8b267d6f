import type { StuckItems } from '@coursepay/core/ports'
import type { PageContext } from '../../school/page.js'
import { showPage } from '../../school/views/layout.js'
import { ActionButton } from '../../school/views/parts.js'
import { operatorTextsFor } from '../operator-page.js'
import type { OverviewSample } from '../samples.js'
import type { OperatorTexts } from '../texts/operator-english.js'
import { MetricPlots } from './metric-plots.js'
import { StuckLists } from './stuck-lists.js'

interface OverviewPageModel {
  readonly samples: readonly OverviewSample[]
  readonly stuck: StuckItems
  readonly nothingFound: boolean
  /** What the form before this page did. */
  readonly done: string | null
}

/** The operator's first page: figures, what waits, and the way to one payment. */
export function overviewPageAnswer(c: PageContext, { samples, stuck, nothingFound, done }: OverviewPageModel) {
  const texts = operatorTextsFor(c)
  const gatewayStatus = nothingFound ? texts.find.nothing : doneNotice(done, texts)
  const content = (
    <>
      <h1>{texts.overview}</h1>
      <form method="get" action="/operator/find" class="find">
        <label for="number">{texts.find.label}</label>
        <input id="number" name="number" inputmode="numeric" pattern="\s*[0-9]{1,19}\s*" required autocomplete="off" />
        <button class="primary" type="submit">
          {texts.find.button}
        </button>
      </form>
      {gatewayStatus === null ? null : (
        <p class={nothingFound ? 'notice' : 'notice good'} role="status">
          {gatewayStatus}
        </p>
      )}
      <StuckLists stuck={stuck} texts={texts} />
      <MetricPlots samples={samples} texts={texts} />
      <ActionButton path="/operator/sign-out" label={texts.signOut} style="quiet" />
    </>
  )
  return showPage(c, { title: texts.overview, content })
}

/** What a form has just done, in words; null for what no form here does. */
export function doneNotice(done: string | null, texts: OperatorTexts): string | null {
  if (done === 'closed') return texts.closed
  if (done === 'redelivered') return texts.redelivered
  if (done === 'resolved') return texts.held.done
  return done === 'refund' ? texts.refunds.asked : null
}
