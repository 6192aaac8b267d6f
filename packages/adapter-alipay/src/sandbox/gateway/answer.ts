/** The fields of an answer's node, before they are signed. */
export type AnswerNode = Readonly<Record<string, unknown>>

export const success = (fields: AnswerNode): AnswerNode => ({ code: '10000', msg: 'Success', ...fields })

export interface Failure {
  readonly code: string
  readonly subCode: string
  readonly subMessage: string
}

const MESSAGES: Readonly<Record<string, string>> = {
  '20000': 'Service Currently Unavailable',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40004': 'Business Failed',
  '40005': 'Call Limited',
  '40006': 'Insufficient Permissions',
}

export const failureNode = ({ code, subCode, subMessage }: Failure, fields: AnswerNode = {}): AnswerNode => ({
  code,
  msg: MESSAGES[code] ?? 'Business Failed',
  sub_code: subCode,
  sub_msg: subMessage,
  ...fields,
})

/** `40004 Business Failed`: understood, and refused. */
export const refused = (subCode: string, subMessage: string, fields: AnswerNode = {}): AnswerNode =>
  failureNode({ code: '40004', subCode, subMessage }, fields)

export const invalidParameter = (what: string): AnswerNode => refused('ACQ.INVALID_PARAMETER', `参数无效：${what}`)
