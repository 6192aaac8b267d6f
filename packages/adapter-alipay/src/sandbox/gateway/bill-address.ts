import { endOfBeijingDay, parseBeijing } from '../beijing-time.js'
import { entriesOfDay } from '../bill/entries.js'
import { refused, success } from './answer.js'
import type { ServerMethod } from './method.js'

/**
 * `alipay.data.dataservice.bill.downloadurl.query`. Daily bills of trades only; a day has one as soon as it is over, though
 * Alipay's comes at 9 or 10 the next morning. The codes are spelt as in Alipay's document.
 */
export const queryBillAddress: ServerMethod = ({ state, content, origin }) => {
  const day = content.text('bill_date') ?? ''
  const start = parseBeijing(`${day} 00:00:00`)
  if (content.text('bill_type') === undefined || start === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    return refused('INVAILID_ARGUMENTS', '入参不合法')
  }
  if (content.text('bill_type') !== 'trade') return refused('TYPE_NOT_SUPPORTED', '账单类型不支持')
  if (state.clock.now() < endOfBeijingDay(start)) return refused('BILL_NOT_EXIST', '账单不存在')
  const entries = entriesOfDay(state, day)
  const address = { bill_download_url: `${origin}/bill/${state.billAddresses.issue({ day, entries })}` }
  return success(entries.length === 0 ? { ...address, bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE' } : address)
}
