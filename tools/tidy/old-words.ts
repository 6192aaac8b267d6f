import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, type SourceFile } from './source-file.js'

/** Names of the first builds. Whole identifiers, so that `restOfLine` may be called so. */
const OLD_NAMES = [
  'PaymentDoor payBack refundDue askGateway askInTurn takeQueryTurn QueryBudget PaymentWatch paymentNews',
  'isGivenBack restOf exceedsRest isSpent keepMoney isOurs takeBack grantAtOnce NotAsSeen askNow AskedNow',
  'noSuchPayment severalAtOnce mostSentTwice OrderCentre Patience whileBusy whileInConflict writtenOut insertOnce',
  'changesOne isRefusedRow SharedUnit SharedTransactions Surroundings GoesOn separateSession OpenCalls ClaimProgress',
  'ConfirmedDeletes Keeper Living turnAway letIn giveBack handBack turnKnobs whyNot UnitOfWork changesLast postpone',
  'isTaken Fate Lanes hurry unplanned knobs believes readBooks booksOf PATIENCE_MS',
].flatMap((line) => line.split(' '))

/** Phrases with a plain word instead; each is a pattern. */
const OLD_PHRASES = [
  'poison',
  '\\bpark(s|ed|ing)? (it|them|the message)',
  'set(s|ting)? aside',
  '(by|of) (itself|themselves)\\b',
  '\\b(goes|go|went|going) on\\b',
  '\\bwhoever\\b',
  '\\bwho asks\\b',
  '\\b(told|tells?) of\\b',
  '\\banew\\b',
  '(?<!use )\\b(makes?|made) of (it|them)\\b',
  '\\b(gives?|gave|given|hands?|handed) back\\b',
  '\\b(our|the) books\\b',
  '\\bbelieved?\\b',
]

/** `MostSent` is a maximum: `max…`. An adjective before an order (`longestDueFirst`) is none. */
const OLD_PREFIX = '\\b(?:(?:most|longest|largest)[A-Z]\\w*(?<!First)|(?:MOST|LONGEST|LARGEST|DEEPEST)(?:_\\w+)?)\\b'

const OLD_WORDS = new RegExp([`\\b(?:${OLD_NAMES.join('|')})\\b`, OLD_PREFIX].join('|'), 'g')
const PHRASES = new RegExp(OLD_PHRASES.join('|'), 'gi')

/** Every old word, with its place. */
export function oldWords(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !path.startsWith('tools/tidy'))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => {
        const found = [...line.matchAll(OLD_WORDS), ...line.matchAll(PHRASES)]
        return found.map(([word]) => `${path}:${index + 1} says "${word}"`)
      }),
    )
}

/**
 * What people read beside the sources. Migration notes may name what was there before; docs/reference is generated.
 */
export function readPages(): SourceFile[] {
  const paths = globSync('{*.md,docs/**/*.md,packages/*/README.md}', { cwd: root })
  return paths
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/CHANGELOG|migrat|^docs\/reference\//i.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter(({ path, text }) => !path.startsWith('docs/decisions/') || !/superseded/i.test(text.slice(0, 600)))
}
