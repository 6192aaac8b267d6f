import type { OperatorService, OperatorViews } from '@coursepay/core'
import type { Authenticate } from '../authentication/authenticate.js'
import type { Sessions } from '../authentication/sessions.js'
import type { Language } from '../pages/browser.js'
import type { PageContext, PagesDeps } from '../school/page.js'
import type { SampleHistory } from './samples.js'
import { operatorChinese } from './texts/operator-chinese.js'
import { type OperatorTexts, operatorEnglish } from './texts/operator-english.js'

type SharedDeps = Pick<PagesDeps, 'orders' | 'sandbox' | 'publicBaseUrl' | 'branding' | 'writeLimit' | 'log'>

/** What the operator's pages stand on. */
export interface OperatorPagesDeps extends SharedDeps {
  readonly operator: OperatorService
  readonly views: OperatorViews
  readonly history: SampleHistory
  readonly operatorSessions: Sessions
  /** Reads a bearer token, for who signs in with one. */
  readonly authenticate: Authenticate
  /** True for the code that the demo printed. */
  readonly isCode: (given: string) => boolean
}

export const operatorTextsByLanguage: Readonly<Record<Language, OperatorTexts>> = {
  zh: operatorChinese,
  en: operatorEnglish,
}

export const operatorTextsFor = (c: Pick<PageContext, 'var'>): OperatorTexts =>
  operatorTextsByLanguage[c.var.visitor.language]

export const paymentPath = (payNo: string) => `/operator/payments/${payNo}`
