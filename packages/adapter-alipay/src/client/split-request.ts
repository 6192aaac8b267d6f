/**
 * Fields that Alipay reads from the address; all others are the body of a call, or stand behind the address of a page.
 */
const URL_FIELDS: ReadonlySet<string> = new Set([
  'app_id',
  'method',
  'format',
  'charset',
  'sign_type',
  'sign',
  'timestamp',
  'version',
  'notify_url',
  'return_url',
  'auth_token',
  'app_auth_token',
  'app_cert_sn',
  'alipay_root_cert_sn',
  'ws_service_url',
])

/** A signed request as the SDK sends it: `url`, and `execParams`, which do not go into it. */
export function splitRequest(gateway: string, fields: Readonly<Record<string, string>>) {
  const address = new URL(gateway)
  const query = new URLSearchParams(address.search)
  const execParams: Record<string, string> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (URL_FIELDS.has(name)) query.set(name, value)
    else execParams[name] = value
  }
  address.search = query.toString()
  return { execParams, url: address.href }
}
