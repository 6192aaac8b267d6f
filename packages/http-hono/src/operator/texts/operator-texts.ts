import type { EpochMs, Refund } from '@coursepay/core'
import type { QueriedPayment, StuckItems } from '@coursepay/core/ports'
import type { Diagnosis } from '../diagnosis.js'
import type { OrderFilterFields } from '../form-fields.js'
import type { TimelineRowKind } from '../timeline-rows.js'

interface SectionText {
  readonly title: string
  readonly text: string
}

/** Every text of the operator's pages, in both languages. */
export interface OperatorTexts {
  readonly overview: string
  readonly shop: string
  readonly documents: string
  readonly signIn: SectionText & { readonly token: string; readonly button: string; readonly codeText: string }
  readonly signOut: string
  readonly find: { readonly label: string; readonly button: string; readonly nothing: string }
  readonly orders: {
    readonly title: string
    readonly fields: Readonly<Record<keyof OrderFilterFields, string>>
    /** Of the states: none is chosen. */
    readonly all: string
    readonly csv: string
    readonly nothing: string
    readonly pages: string
    readonly newest: string
    readonly older: string
  }
  readonly numbers: string
  readonly minutesAgo: (minutes: number) => string
  readonly now: string
  readonly plots: {
    readonly orders: { readonly title: string; readonly all: string; readonly paid: string }
    readonly outbox: { readonly title: string; readonly waiting: string; readonly dead: string; readonly lag: string }
    readonly notifications: { readonly title: string; readonly none: string }
  }
  readonly stuck: SectionText & {
    readonly kinds: Readonly<
      Record<Exclude<keyof StuckItems, 'outbox'> | 'failedRefunds' | 'refusedRefunds', SectionText>
    >
    readonly more: (count: number) => string
    readonly since: (at: EpochMs) => string
    readonly attempts: (count: number) => string
  }
  readonly redeliver: string
  readonly redelivered: string
  readonly closeOrder: string
  readonly closed: string
  readonly branding: string
  readonly queryNow: string
  readonly queryResult: (gatewayStatus: string) => string
  readonly gatewayStatus: Readonly<Record<QueriedPayment['gatewayStatus'], string>>
  readonly payment: {
    readonly title: string
    readonly number: string
    readonly order: string
    readonly amount: string
    readonly buyer: string
    readonly created: string
    readonly expires: string
    readonly trade: string
    readonly state: Readonly<Record<'unpaid' | 'paid' | 'refunded' | 'closed', string>>
    readonly otherAttempts: string
  }
  readonly diagnosis: string
  readonly diagnoses: Readonly<Record<Diagnosis, SectionText>>
  readonly timeline: {
    readonly title: string
    readonly us: string
    readonly gateway: string
    readonly time: string
    readonly what: string
    readonly result: string
    readonly table: string
  }
  readonly rowKinds: Readonly<Record<TimelineRowKind, string>>
  /** By code; a code without words is shown as it is. */
  readonly results: Readonly<Record<string, string>>
  readonly refunds: {
    readonly title: string
    readonly amount: (rest: string) => string
    readonly allThatIsLeft: string
    readonly reason: string
    readonly button: string
    readonly asked: string
    /** Before the money goes back. */
    readonly confirmTitle: string
    readonly confirm: (amount: string) => string
    readonly again: string
    readonly back: string
    readonly status: Readonly<Record<Refund['status'], string>>
    readonly cause: Readonly<Record<Refund['cause'], string>>
  }
  readonly held: SectionText & {
    readonly reason: string
    readonly fulfil: string
    readonly refund: string
    readonly done: string
  }
  readonly dateTime: (at: EpochMs) => string
  /** Hours, minutes and seconds. */
  readonly time: (at: EpochMs) => string
}
