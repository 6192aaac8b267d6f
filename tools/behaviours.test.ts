import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './tidy/source-file.js'

type TestsOfFile = readonly [file: string, ...titles: readonly [string, ...string[]]]

const core = 'packages/core/src/orders/application'
const domain = 'packages/core/src/orders/domain'
const alipay = 'packages/adapter-alipay/test'
const sql = 'packages/adapter-sql/test'
const mq = 'packages/adapter-mq/test'
const http = 'packages/http-hono/test'
const examples = 'examples/test'

/**
 * What a checkout must do, and the tests that show it. Tests of adapters and processes run on every server of the
 * matrix.
 */
const behaviours: readonly (readonly [behaviour: string, ...tests: readonly [TestsOfFile, ...TestsOfFile[]]])[] = [
  [
    'a hundred callers of one business id get one order',
    [`${examples}/wire.process.test.ts`, 'given 100 callers with one outBusinessId, then one order id for all of them'],
    [`${sql}/races.test.ts`, 'gives each of 32 callers in one process a payment of one order'],
  ],
  [
    'the same business id with other content or another user is refused',
    [
      `${core}/checkout/create-order.test.ts`,
      'another name, description or line is a conflict',
      "another user's choice",
    ],
  ],
  [
    'the price is the server’s',
    [`${http}/bad-orders.test.ts`, 'a total that is not the price', 'is 422 too when only the lines do not add up'],
  ],
  [
    'money is whole fen, exact or refused',
    ['packages/core/src/shared/money.test.ts', 'any string is read as written or refused, and never rounded'],
  ],
  [
    'ids are unique in many workers whose clocks step, and lose no digit',
    [
      `${sql}/ids-of-many-workers.test.ts`,
      'makes a million ids in four workers whose clocks step, and none of them twice',
    ],
    ['packages/core/src/shared/identifiers.test.ts', 'any 63-bit number keeps every digit'],
  ],
  [
    'what is signed is frozen when the payment is made',
    [
      `${alipay}/gateway.test.ts`,
      'when the page is made twice, then what is signed is the same but for the time stamp',
    ],
  ],
  [
    'the QR holds a short address that cannot be guessed',
    [`${http}/qr.test.ts`, 'stays at version 6 or below for'],
    ['packages/core/src/shared/system-pay-tokens.test.ts', 'are five letters of time and 128 bits each'],
  ],
  [
    'any subject comes through the pay page unchanged',
    [`${alipay}/pay-page.property.test.ts`, 'given ten thousand subjects of any Unicode'],
  ],
  [
    'a proof passes only when it is ours in every part',
    [`${domain}/payment-evidence.test.ts`, 'a proof that is ours in every part passes'],
    [`${core}/settlement/settle-evidence.test.ts`, 'of another amount is never booked, by any way'],
  ],
  [
    'a signature is checked on the bytes as they came',
    [`${alipay}/notify-form.test.ts`, 'given any bytes, then its fields are those bytes, whichever parser read them'],
    [`${alipay}/notify.test.ts`, 'given a genuine SHA-1 signature or a foreign key, then it is rejected'],
  ],
  [
    '`success` is answered after the commit, and once booked',
    [`${examples}/wire.process.test.ts`, 'given 50 copies of one notification at once, then 50 times success'],
    [`${http}/notify.test.ts`, 'answers "fail" with 503 while the store is down'],
  ],
  [
    'no later word un-pays a payment',
    [`${core}/settlement/settle-evidence.test.ts`, 'is not undone by a later TRADE_FINISHED, TRADE_CLOSED, TRADE_WAIT'],
  ],
  [
    'a query passes the same gate as a notification',
    [
      `${alipay}/gateway.test.ts`,
      'given a wrong amount that Alipay signed, then it is handed on for the gate to refuse',
    ],
    [`${core}/settlement/query-gateway.test.ts`, 'is not acted upon when its answer cannot be journalled'],
  ],
  [
    'an unclear answer decides nothing',
    [`${alipay}/gateway.test.ts`, 'given %s, then the outcome is unknown'],
    [`${core}/checkout/expire-orders.test.ts`, 'lets no order without a clear answer delay another one'],
  ],
  [
    'queries are throttled for each payment and in all',
    [`${core}/settlement/query-gateway.test.ts`, 'is made once a second at most for a thousand questions of buyers'],
    [`${core}/settlement/poll-payments.test.ts`, 'queries no more than the rate limit allows, and forgets no payment'],
  ],
  [
    'returning proves nothing',
    [`${core}/settlement/query-gateway.test.ts`, 'pays nothing by returning, however often'],
  ],
  [
    'a payment is booked once, whatever proves it',
    [`${sql}/races.test.ts`, 'books a payment once when notifications and queries of two processes prove it'],
  ],
  [
    'no transaction is open during a call',
    [`${sql}/free-connections.test.ts`, 'is free during every call to the gateway and to the broker'],
  ],
  [
    'a second payment is surplus, and refunded once',
    [`${core}/settlement/settle-evidence.test.ts`, 'of a paid order is surplus, and is refunded once'],
    [`${sql}/races.test.ts`, 'refunds all but one of the payments that two processes hear of at the same time'],
  ],
  [
    'late money is fulfilled, refunded or held, once',
    [
      `${sql}/late-payments.test.ts`,
      'follows the policy once, and leaves one entry of it in the journal',
      'that is held is decided once when two operators decide against each other in two processes',
    ],
    [`${core}/settlement/poll-payments.test.ts`, 'finds money that comes for a closed order from a page that was open'],
    [
      `${core}/operations/operator-service.test.ts`,
      'fulfils or refunds held money; of two opposite decisions at once one wins',
    ],
  ],
  [
    'an order ends after its payment has, there first and then here',
    [`${core}/checkout/expire-orders.test.ts`, 'closes an unpaid order five seconds after its time'],
    [`${alipay}/gateway.test.ts`, 'given an attempt that has run out, then the cashier refuses it by what was signed'],
  ],
  [
    'the ledgers agree after a kill at any point',
    [`${examples}/faults/crash-points.test.ts`, 'crash point 1:', 'crash point 9:', 'crash point 11:'],
    [`${examples}/faults/soak.process.test.ts`, 'under faults and outages of everything'],
    ['packages/core/test/checkout.simulation.test.ts', 'breaks no rule in'],
  ],
  [
    'a message leaves the outbox only once the broker has it in a queue',
    [`${mq}/rabbit-publisher.test.ts`, 'given no bound queue, then it is refused, and confirmed once there is one'],
    [`${mq}/rabbit-network.test.ts`, 'then every publish settles, and none that was confirmed is missing'],
    [`${sql}/mysql-relays.test.ts`, 'hand no message out twice, beside writers'],
  ],
  [
    'a repeated message does nothing, and a hopeless one becomes a dead letter',
    [
      `${sql}/repeated-messages.test.ts`,
      'that come ten times at once to two processes give one course',
      'of a payment and its refund leave no course, whichever comes first',
    ],
    [`${mq}/rabbit-subscriber.test.ts`, 'then three tries one second apart, a dead letter with the reason'],
    ['packages/core/src/learning/domain/course-entitlement.test.ts', 'a choice is paid twice'],
    [`${core}/refunds/refund-order.test.ts`, 'a refund message that arrives before its payment leaves no course'],
  ],
  [
    'a broker that is away stops no checkout',
    [`${examples}/faults/broker-unreachable.test.ts`, 'given a broker that cannot be reached while a buyer pays'],
    ['packages/core/src/messaging/relay-outbox.test.ts', 'an outage of an hour uses up no attempt'],
  ],
  [
    'a refund keeps its number, and never exceeds what was paid',
    [
      `${core}/refunds/refund-order.test.ts`,
      'twenty refunds at once never exceed what was paid',
      'a lost answer leaves the refund pending',
    ],
  ],
  [
    'a day is compared with its bill',
    [`${core}/reconciliation/reconcile-bill.test.ts`, 'a second import changes nothing', 'around midnight'],
    [`${alipay}/bill/read-detail.test.ts`, 'in GBK and without the end of the line'],
  ],
  [
    'a lost notification is made up for in time',
    [`${core}/settlement/poll-payments.test.ts`, 'within 15 s after the page was opened', 'within two minutes'],
  ],
  [
    'no key and no buyer stands in a log; certificates and keys can be changed',
    [`${http}/log.test.ts`, 'never holds a token, a signature or what a buyer wrote'],
    [`${examples}/certificate-ends.test.ts`, 'a running server warns of a certificate 30 days before it ends'],
    [`${alipay}/gateway.test.ts`, "Alipay's keys overlap"],
    [`${alipay}/tls.test.ts`, 'given a gateway whose TLS certificate nobody has signed'],
  ],
  [
    'states are counted, and one id leads from order to course',
    [`${examples}/wire.process.test.ts`, 'given metrics, then states, ages, verdicts, answers and lag are counted'],
    ['packages/core/test/one-id.test.ts', 'one id leads from a choice over its order and message'],
  ],
  [
    'every port has a fake and a suite that real adapters pass too',
    [
      'packages/core/test/contracts-catch-faults.test.ts',
      'every clause of the $portName contract notices its sabotage',
    ],
    [`${sql}/mysql.contract.test.ts`, 'mysqlTestDatabase'],
    [`${mq}/rabbit.contract.test.ts`, 'the contract suites'],
  ],
  ['the benchmark runs by one command', ['bench/test/bench.process.test.ts', 'every benchmark runs']],
]

describe('the 32 behaviours of a good checkout', () => {
  it('are 32', () => expect(behaviours).toHaveLength(32))

  const named = behaviours.map(([behaviour, ...tests]) => ({ behaviour, tests }))
  it.each(named)('have tests of these names: $behaviour', ({ tests }) => {
    const missing = tests.flatMap(([file, ...titles]) => {
      const path = join(root, file)
      if (!existsSync(path)) return [file]
      const text = readFileSync(path, 'utf8')
      return titles.filter((title) => !text.includes(title)).map((title) => `${file}: ${title}`)
    })
    expect(missing).toEqual([])
  })
})
