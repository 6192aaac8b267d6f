import { CheckoutError, type Clock, MessageType, OrderType, outBusinessId, type UserId } from '@coursepay/core'
import type { Offer, PaidMessageResender, PriceSource, ReceivedPayResultMessage } from '@coursepay/core/ports'
import { type Material, materials, type Purchase } from './material.js'
import type { PurchaseTable } from './purchase-table.js'

/**
 * A second business on the same order service: it knows its things, their prices and its buyers, and nothing of Alipay.
 */
export interface MaterialShop {
  /** Outcome: this user's purchase of the material, paid or not. Repeated call: the same. */
  purchase(userId: UserId, materialId: string): Promise<{ material: Material; purchase: Purchase }>
  /** Outcome: the material. Errors: `course_not_found`; `not_yours` unless this user has paid for it. */
  download(userId: UserId, materialId: string): Promise<Material>
  readonly prices: PriceSource
  /**
   * Outcome: what was paid can be downloaded, what was refunded no longer; other businesses' messages are left alone.
   */
  receivePayResult(message: ReceivedPayResultMessage): Promise<void>
}

export function createMaterialShop(table: PurchaseTable, newId: () => string, clock: Clock): MaterialShop {
  return {
    async purchase(userId, materialId) {
      const material = findMaterial(materialId)
      const wanted = {
        purchaseId: newId(),
        userId,
        materialId,
        price: material.price,
        status: 'waiting',
        createDate: clock.now(),
      } as const
      return { material, purchase: await table.insertOrRead(wanted) }
    },
    async download(userId, materialId) {
      const material = findMaterial(materialId)
      const purchase = await table.findOf(userId, materialId)
      if (purchase?.status !== 'paid')
        throw new CheckoutError('not_yours', 'This material is not paid. Order and pay it first.')
      return material
    },
    prices: {
      async offerOf({ outBusinessId, userId }) {
        const purchase = await table.find(outBusinessId)
        if (purchase === null)
          throw new CheckoutError('choice_not_found', 'This purchase does not exist. Choose the material again.')
        if (purchase.userId !== userId)
          throw new CheckoutError('not_yours', 'This purchase belongs to another user. Choose the material yourself.')
        if (purchase.status === 'paid')
          throw new CheckoutError('order_already_paid', 'This material is paid already. Download it.')
        if (purchase.status === 'refunded')
          throw new CheckoutError('nothing_to_pay', 'This purchase was refunded. Choose the material again to buy it.')
        return offerFor(purchase)
      },
    },
    async receivePayResult({ messageType, businessKey1, businessKey2 }) {
      if (businessKey2 !== OrderType.material) return
      if ((await table.find(businessKey1)) === null) {
        throw new CheckoutError(
          'choice_not_found',
          `The purchase ${businessKey1} of this message does not exist here. Check whether this database is older than the message.`,
        )
      }
      if (messageType === MessageType.payResult) await table.setPaid(businessKey1)
      if (messageType === MessageType.refundResult) await table.setRefunded(businessKey1)
    },
  }
}

function offerFor({ materialId, price }: Purchase): Offer {
  const { materialName: name } = findMaterial(materialId)
  const line = {
    goodsId: materialId,
    goodsType: OrderType.material,
    goodsName: name,
    goodsPrice: price,
    goodsDetail: '',
  }
  return { price, orderName: name, goods: [line] }
}

function findMaterial(materialId: string): Material {
  const material = materials.find((each) => each.materialId === materialId)
  if (material === undefined)
    throw new CheckoutError(
      'course_not_found',
      `There is no material with the id ${materialId}. Choose one that is listed.`,
    )
  return material
}

const MIN_WAIT_MS = 60_000
const MAX_WAIT_MS = 3_600_000
const POLL_BATCH = 50

/**
 * One round of the worker that finds paid purchases whose message has not come: it asks the order service about those
 * that have waited for more than a minute, which sends the message of a paid one again. The older a purchase, the
 * longer until the next question, an hour at most.
 */
export function pollWaitingPurchases(table: PurchaseTable, paidMessageResender: PaidMessageResender, clock: Clock) {
  return async (): Promise<{ readonly more: boolean }> => {
    const due = await table.listDue(clock.now(), MAX_WAIT_MS, POLL_BATCH)
    for (const { purchaseId, createDate } of due) {
      await paidMessageResender.resendMessage(OrderType.material, outBusinessId(purchaseId))
      const now = clock.now()
      await table.reschedulePoll(purchaseId, now + Math.min(Math.max(now - createDate, MIN_WAIT_MS), MAX_WAIT_MS))
    }
    return { more: due.length === POLL_BATCH }
  }
}
