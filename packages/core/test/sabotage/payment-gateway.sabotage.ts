import { fen, type PayNo, payNo } from '../../src/index.js'
import type { PaymentGateway, QueryAnswer } from '../../src/ports.js'
import { type PaymentGatewayHarness, paymentGatewayContract } from '../../testing/contracts/index.js'
import { sampleId } from '../../testing/contracts/sample-data.js'
import { FAKE_SECRET } from '../harnesses/fake-secret.js'
import { paymentGatewayHarness } from '../harnesses/payment-gateway-harness.js'
import { changed, rounded, type Sabotage, sabotaged } from './sabotage.js'

const inGateway =
  (fault: (gateway: PaymentGateway) => Partial<PaymentGateway>): Sabotage<PaymentGatewayHarness> =>
  (harness) =>
    changed(harness, { gateway: { ...harness.gateway, ...fault(harness.gateway) } })

type Evidence = Extract<QueryAnswer, { kind: 'evidence' }>['evidence']

/** Spoils what a query says of a trade. */
const toldAs = (spoil: (evidence: Evidence) => Evidence) =>
  inGateway((gateway) => ({
    async query(payNo) {
      const answer = await gateway.query(payNo)
      return answer.kind === 'evidence' ? { ...answer, evidence: spoil(answer.evidence) } : answer
    },
  }))

/** Asks for each refund under a number of its own, so that a repeat is another refund. */
const renumbered: Sabotage<PaymentGatewayHarness> = (harness) => {
  let refunds = 0
  return inGateway((gateway) => ({
    refund(order) {
      refunds += 1
      return gateway.refund(refunds === 1 ? order : { ...order, outRequestNo: `${order.outRequestNo}-${refunds}` })
    },
  }))(harness)
}

export const paymentGatewaySabotage = sabotaged(paymentGatewayContract, paymentGatewayHarness, {
  'says who we are at the gateway': inGateway(({ merchant }) => ({ merchant: { ...merchant, sellerId: '' } })),

  'makes a page on which the buyer pays exactly this attempt': inGateway((gateway) => ({
    payPage: (attempt) => gateway.payPage({ ...attempt, totalPrice: fen(attempt.totalPrice - 1) }),
  })),

  'hands out every answer as it came, for the journal': inGateway((gateway) => ({
    async close(number) {
      const { body: _forgotten, ...answer } = await gateway.close(number)
      return answer
    },
  })),

  // 0.29 * 100 is 28.999999999999996, and cut off it is a fen too little.
  'keeps amounts exact, from one fen to the largest payment': toldAs((evidence) => ({
    ...evidence,
    totalAmount: fen(Math.trunc((evidence.totalAmount / 100) * 100)),
  })),

  'makes a page for a name of any text, and without an address to return to': [
    // The name stands in the address as it is.
    inGateway((gateway) => ({
      async payPage(attempt) {
        const { url } = await gateway.payPage(attempt)
        return { url: /[<&#]/.test(attempt.orderName) ? url.slice(0, url.indexOf('payNo')) : url }
      },
    })),
    inGateway((gateway) => ({
      async payPage(attempt) {
        const { url } = await gateway.payPage(attempt)
        return { url: attempt.returnUrl === null ? 'https://gateway.invalid/pay?payNo=null' : url }
      },
    })),
  ],

  'makes a page without calling the gateway': inGateway((gateway) => ({
    async payPage(attempt) {
      const { kind } = await gateway.query(attempt.payNo)
      return kind === 'unknown' ? { url: '' } : gateway.payPage(attempt)
    },
  })),

  'makes pages of one attempt, also for a desktop, that pay one trade, once': [
    // The desktop's page is another trade.
    inGateway((gateway) => ({
      payPage: (attempt, product) =>
        gateway.payPage(product === 'page' ? { ...attempt, payNo: payNo(sampleId(998)) } : attempt),
    })),
    (harness) => {
      const seen = new Set<string>()
      return inGateway((gateway) => ({
        async payPage(attempt, product) {
          const again = seen.has(attempt.payNo) && product === 'wap'
          seen.add(attempt.payNo)
          return gateway.payPage(again ? { ...attempt, payNo: payNo(`${attempt.payNo.slice(0, -1)}9`) } : attempt)
        },
      }))(harness)
    },
    // A second payment goes through.
    (harness) => {
      let paid = 0
      return changed(harness, {
        pay: async (page) => {
          paid += 1
          await harness.pay(page).catch(() => {})
        },
        moneyOf: async (number) => {
          const { received, refunded } = await harness.moneyOf(number)
          return { received: received * paid, refunded }
        },
      })
    },
  ],

  // One attempt at a time, in a place that all callers share.
  'makes pages for many callers at once': (harness) => {
    let current: Parameters<PaymentGateway['payPage']>[0] | null = null
    return inGateway((gateway) => ({
      async payPage(attempt) {
        current = attempt
        await null
        return gateway.payPage(current)
      },
    }))(harness)
  },

  // The time is not in what is signed.
  'lets nobody pay an attempt that has run out': inGateway((gateway) => ({
    payPage: (attempt) => gateway.payPage({ ...attempt, expireDate: attempt.expireDate + 86_400_000 }),
  })),

  'knows no trade until the buyer acts on the page, and has none to close': [
    // Takes an error answer about a missing trade for an unpaid one.
    inGateway((gateway) => ({
      async query(number) {
        const answer = await gateway.query(number)
        return answer.kind === 'no_trade' ? { kind: 'unknown', reason: 'ACQ.TRADE_NOT_EXIST' } : answer
      },
    })),
    inGateway((gateway) => ({
      async close(number) {
        const answer = await gateway.close(number)
        return answer.kind === 'no_trade' ? { kind: 'closed' } : answer
      },
    })),
    (harness) => {
      const whole = new Map<PayNo, PayNo>()
      const faulty = inGateway((gateway) => ({
        payPage: (attempt) => {
          whole.set(rounded(attempt.payNo), attempt.payNo)
          return gateway.payPage(attempt)
        },
        query: (number) => gateway.query(whole.get(rounded(number)) ?? number),
      }))
      return faulty(harness)
    },
  ],

  'reports a trade that waits for its buyer, the same for however many': [
    toldAs((evidence) => ({
      ...evidence,
      tradeStatus: evidence.tradeStatus === 'waiting' ? 'unknown' : evidence.tradeStatus,
    })),
    (harness) => {
      let queries = 0
      return toldAs((evidence) => {
        queries += 1
        return { ...evidence, tradeNo: `${evidence.tradeNo}-${queries}` }
      })(harness)
    },
  ],

  'closes a trade, also when repeated, and nobody can pay it then': [
    inGateway(() => ({ close: async () => ({ kind: 'closed' }) })),
    (harness) => {
      const closed = new Set<string>()
      return inGateway((gateway) => ({
        async close(number) {
          const again = closed.has(number)
          closed.add(number)
          return again ? { kind: 'unknown', reason: 'ACQ.TRADE_HAS_CLOSE' } : gateway.close(number)
        },
      }))(harness)
    },
  ],

  'does not close a trade that is paid': inGateway((gateway) => ({
    async close(number) {
      const answer = await gateway.close(number)
      return answer.kind === 'not_closable' ? { kind: 'closed' } : answer
    },
  })),

  'refunds money': inGateway(() => ({ refund: async () => ({ kind: 'succeeded' }) })),

  'refunds a part, and another part under another number': inGateway((gateway) => ({
    refund: (order) => gateway.refund({ ...order, amount: fen(9_900) }),
  })),

  'moves money once for a repeated refund': renumbered,
  'moves money once although the first answer was lost': renumbered,

  'refuses to refund more than was paid, or what was never paid': [
    // Refunds what is left, instead of saying no.
    inGateway((gateway) => ({
      refund: (order) => gateway.refund({ ...order, amount: fen(Math.min(order.amount, 9_900)) }),
    })),
    // A definite no is taken for an answer that is not clear, and asked again for ever.
    inGateway((gateway) => ({
      async refund(order) {
        const answer = await gateway.refund(order)
        return answer.kind === 'refused' ? { kind: 'unknown', reason: answer.reason } : answer
      },
    })),
  ],

  // A closed trade is taken for a definite no, and the refund fails although its money went out elsewhere.
  'answers trade_closed to a new refund of a trade that was refunded whole': inGateway((gateway) => ({
    async refund(order) {
      const answer = await gateway.refund(order)
      return answer.kind === 'trade_closed' ? { kind: 'refused', reason: 'ACQ.TRADE_HAS_CLOSE' } : answer
    },
  })),

  // Knows only what it refunded itself.
  'knows a refund that was made in the gateway’s console': inGateway((gateway) => ({
    queryRefund: async (number, outRequestNo) =>
      outRequestNo === 'by-hand' ? { kind: 'absent' } : gateway.queryRefund(number, outRequestNo),
  })),

  'reports nothing of a refund that it did not get': inGateway((gateway) => ({
    async queryRefund(number, outRequestNo) {
      const answer = await gateway.queryRefund(number, outRequestNo)
      return answer.kind === 'absent' ? { kind: 'succeeded', amount: fen(100) } : answer
    },
  })),

  // `code` 10000 is taken for money that moved.
  'does not call a refund succeeded before its money moves': inGateway((gateway) => ({
    async refund(order) {
      const answer = await gateway.refund(order)
      return answer.kind === 'accepted' ? { kind: 'succeeded' } : answer
    },
  })),

  'answers unknown, throws nothing and shows no secret, when no clear answer comes': [
    // A time-out is taken for a trade that does not exist.
    inGateway((gateway) => ({
      async query(number) {
        const answer = await gateway.query(number)
        return answer.kind === 'unknown' ? { kind: 'no_trade' } : answer
      },
    })),
    inGateway((gateway) => ({
      async query(number) {
        const answer = await gateway.query(number)
        return answer.kind === 'unknown' ? { kind: 'unknown', reason: `signed with ${FAKE_SECRET}` } : answer
      },
    })),
  ],

  'answers unknown although the trade was closed, when the answer was lost': inGateway((gateway) => ({
    async close(number) {
      const answer = await gateway.close(number)
      return answer.kind === 'unknown' ? { kind: 'not_closable' } : answer
    },
  })),

  // The last member of an answer wins, signed or not.
  'reads every field from what the gateway signed, whatever is added on the way': inGateway((gateway) => ({
    async queryRefund(number, outRequestNo) {
      const answer = await gateway.queryRefund(number, outRequestNo)
      const claimed = String.fromCharCode(...(answer.body ?? [])).includes('"claim":"paid and refunded"')
      return claimed ? { kind: 'succeeded', amount: fen(9_900) } : answer
    },
  })),
})
