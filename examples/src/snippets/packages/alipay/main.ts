import { alipay } from '@coursepay/adapter-alipay'
import { startAlipaySandbox } from '@coursepay/adapter-alipay/sandbox'
import { samplePaymentAttempt } from '@coursepay/core/contracts'

const sandbox = await startAlipaySandbox() // a local Alipay; in production your own keys go into alipay
const { gateway, notifyReader } = alipay(sandbox.merchant)

const attempt = samplePaymentAttempt(1, { expireDate: Date.now() + 60_000, notifyUrl: sandbox.url })
const { url } = await gateway.payPage(attempt) // where the buyer's phone is sent
console.log('before:', (await gateway.query(attempt.payNo)).kind)
await sandbox.buyer.pay(url)

const answer = await gateway.query(attempt.payNo)
if (answer.kind === 'evidence') console.log('after:', answer.evidence.tradeStatus, answer.evidence.totalAmount, 'fen')
console.log('a notification from nobody:', (await notifyReader.read(new TextEncoder().encode('a=1'))).kind)
await sandbox.stop()
