/** Every setting of the programs, with what it says. `<type>` stands for an order type, such as 60202. */
export const SETTINGS = {
  NODE_ENV: 'production: the sandbox is refused',
  PORT: 'port to listen on',
  HOST: 'address to listen on, 127.0.0.1 unless set',
  PUBLIC_BASE_URL: 'address at which phones and Alipay reach the server',
  DATABASE_URL: 'sqlite:./data/coursepay.db or mysql://user:pass@host:3306/db',
  AMQP_URL: 'amqp://user:pass@host:5672; unset: messages stay in the process',
  AMQP_EXCHANGE: 'fanout exchange of all services',
  AMQP_QUEUE: "this service's own queue",
  AMQP_QUEUE_TYPE: 'quorum, or plain for a queue that another service declared',
  MESSAGE_SIGNING_KEY: 'private Ed25519 key of the order service',
  MESSAGE_VERIFY_KEY: 'public Ed25519 key for consumers',
  MESSAGE_PROOF: 'optional or required',
  REQUIRED_QUEUES: 'queues that must get every message, with commas between them',
  JWT_SECRET: 'secret of user tokens, 32 bytes or more',
  JWKS_URL: "address of the issuer's public keys, instead of JWT_SECRET",
  JWT_ISSUER: 'required iss of user tokens',
  JWT_AUDIENCE: 'required aud of user tokens',
  'PRICE_SOURCE_<type>': 'address of the seller of an order type',
  'PRICE_KEY_<type>': "that seller's own secret, 32 bytes or more",
  ORDERS_URL: 'address where a consumer asks about paid orders',
  ALIPAY_APP_ID: "the app's id",
  ALIPAY_SELLER_ID: '2088 and 12 digits',
  ALIPAY_PRIVATE_KEY: "the app's private key: PEM, base64 or a file",
  ALIPAY_PUBLIC_KEY: "Alipay's public key",
  ALIPAY_OTHER_PUBLIC_KEY: "a second key of Alipay's during a rotation",
  ALIPAY_GATEWAY: "Alipay's production gateway unless set",
  ALIPAY_APP_CERT: 'certificate mode, with the next two',
  ALIPAY_PUBLIC_CERT: "Alipay's certificate",
  ALIPAY_ROOT_CERT: "Alipay's root certificate",
  ALIPAY_SANDBOX: 'on: the bundled sandbox, where anybody can pay without money',
  COURSES_FILE: 'JSON list of the courses on sale',
  ORDER_TTL: 'how long an order may stay unpaid, 30m unless set',
  PAYMENT_LATE_POLICY: 'refund, fulfil or hold',
  WRITE_RATE: 'writes a second for each user, 20 unless set',
  WRITE_BURST: 'writes of one user at once, 200 unless set',
  PAGES: 'off: no pages and no operator console',
  LOGIN_URL: "the school's sign-in page",
} as const

export type SettingName = keyof typeof SETTINGS

const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name)

/** Whether a variable of the environment is one of ours. */
export const isSetting = (name: string): boolean =>
  isSettingName(name.replace(/^(PRICE_(?:SOURCE|KEY)_)\d{1,16}$/, '$1<type>'))

/** What a service reads that sells through an order service elsewhere. */
export const CONSUMER_SETTINGS: readonly SettingName[] = [
  ...(['PORT', 'HOST', 'PUBLIC_BASE_URL', 'DATABASE_URL'] as const),
  ...(['AMQP_URL', 'AMQP_EXCHANGE', 'AMQP_QUEUE', 'AMQP_QUEUE_TYPE', 'MESSAGE_VERIFY_KEY', 'MESSAGE_PROOF'] as const),
  ...(['JWT_SECRET', 'JWKS_URL', 'JWT_ISSUER', 'JWT_AUDIENCE', 'PRICE_KEY_<type>', 'ORDERS_URL'] as const),
]
