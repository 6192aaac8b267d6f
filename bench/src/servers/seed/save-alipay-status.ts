import type { ConfirmChannel } from 'amqplib'
import type { Knex } from 'knex'
import { nextId } from './seed-database.js'

export interface SeedExchange {
  readonly channel: ConfirmChannel | null
  readonly exchange: string
}

type Fields = Readonly<Record<string, string | undefined>>

/** The seed's `saveAliPayStatus`: two reads, two writes, the message, and its publication within the transaction. */
export async function saveAlipayStatus(database: Knex, fields: Fields, rabbit: SeedExchange): Promise<void> {
  await database.transaction(async (transaction) => {
    const payRecord = await transaction('xc_pay_record').where('pay_no', String(fields.out_trade_no)).first()
    if (payRecord === undefined) throw new Error('找不到相关支付记录')
    const order = await transaction('xc_orders').where('id', payRecord.order_id).first()
    if (order === undefined) throw new Error('找不到相关订单')
    if (payRecord.status === '601002') return
    await transaction('xc_pay_record')
      .where('pay_no', payRecord.pay_no)
      .update({
        ...payRecord,
        status: '601002',
        out_pay_no: fields.trade_no,
        out_pay_channel: 'Alipay',
        pay_success_time: Date.now(),
      })
    await transaction('xc_orders')
      .where('id', order.id)
      .update({ ...order, status: '600002' })
    await notifyPayResult(database, transaction, order.out_business_id, order.order_type, rabbit)
  })
}

async function notifyPayResult(
  database: Knex,
  transaction: Knex.Transaction,
  businessKey1: string,
  businessKey2: string,
  { channel, exchange }: SeedExchange,
): Promise<void> {
  const id = nextId()
  await transaction('mq_message').insert({
    id,
    message_type: 'payresult_notify',
    business_key1: businessKey1,
    business_key2: businessKey2,
    create_date: Date.now(),
    available_at: Date.now(),
    claims: 0,
    attempts: 0,
  })
  if (channel === null) return
  const body = { id: String(id), messageType: 'payresult_notify', businessKey1, businessKey2, businessKey3: null }
  // The seed does not wait here; when the confirm comes the row is deleted, in a transaction of its own.
  channel.publish(exchange, '', Buffer.from(JSON.stringify(body)), { persistent: true }, (error) => {
    if (error === null)
      database('mq_message')
        .where('id', String(id))
        .delete()
        .then(() => {}, console.error)
  })
}
