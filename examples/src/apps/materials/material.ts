import { type EpochMs, type Fen, readYuan, type UserId } from '@coursepay/core'

/** Learning material that is sold without a course: a file. */
export interface Material {
  readonly materialId: string
  readonly materialName: string
  readonly price: Fen
  readonly content: string
}

export const materials: readonly Material[] = [
  {
    materialId: '1',
    materialName: '微服务讲义',
    price: readYuan('9.90'),
    content: '# 微服务讲义\n\n订单、支付与消息。\n',
  },
  {
    materialId: '2',
    materialName: 'TypeScript 练习册',
    price: readYuan('19.90'),
    content: '# 练习\n\n1. 写一个端口。\n',
  },
]

/** One user's wish to have one material; its id is what the order service knows as `outBusinessId`. */
export interface Purchase {
  readonly purchaseId: string
  readonly userId: UserId
  readonly materialId: string
  readonly price: Fen
  readonly status: PurchaseStatus
  readonly createDate: EpochMs
}

/** A refunded purchase stays refunded; who wants the material again gets a new purchase. */
export type PurchaseStatus = 'waiting' | 'paid' | 'refunded'
