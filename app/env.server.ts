/** The sole reader of `process.env`. A wrong setting ends the boot with its name and what to do. */
import { validate } from 'node-cron'
import { z } from 'zod'
import { isWebhookTopic } from './shopify/webhook-topics'
import { declaredTopics, SUBSCRIPTION_MODES } from './webhooks/subscriptions/wanted'

const isLoopback = (url: URL) => ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)

const isSafe = (url: URL) => url.protocol === 'https:' || isLoopback(url)

const url = z
  .url({ protocol: /^https?$/, message: 'is not an http(s) address' })
  .transform((text) => text.replace(/\/+$/, ''))

const cron = z.string().refine((text) => validate(text), 'is not a cron expression (minute hour day month weekday)')

const days = z.coerce.number().int().min(1).max(3650)

const ROLES = ['web', 'worker', 'scheduler'] as const
export type Role = (typeof ROLES)[number]

const roles = z
  .string()
  .transform((text) => text.split(',').map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES, `is not a list of ${ROLES.join(', ')}`)).min(1))

const topics = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((topic) => topic.trim()))].filter((topic) => topic !== ''))
  .superRefine((list, { addIssue }) => {
    // By its place: a value that is no topic may be anything, a secret too.
    const place = list.findIndex((topic) => !isWebhookTopic(topic)) + 1
    const message = `is a list of topics such as themes/update; number ${place} is none that the API can subscribe to`
    if (place > 0) addIssue({ code: 'custom', message })
  })

const settings = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  SHOPIFY_API_KEY: z.string('is missing: the client id of your Shopify app').min(1),
  SHOPIFY_API_SECRET: z.string('is missing: the client secret of your Shopify app').min(1),
  SHOPIFY_API_SECRET_PREVIOUS: z.string().min(1).optional(),
  SHOPIFY_APP_URL: url,
  PUBSUB_AUDIENCE: z.string().min(1).optional(),
  PUBSUB_SERVICE_ACCOUNT: z.email('is not the e-mail address of a service account').optional(),
  PUBSUB_KEYS_URL: url
    .refine((text) => isSafe(new URL(text)), 'must be https, or on this machine (127.0.0.1, localhost)')
    .default('https://www.googleapis.com/oauth2/v3/certs'),
  SCOPES: z.string().default('read_customers,read_customer_merge,read_orders,read_products'),
  DATABASE_URL: z.string('is missing: a PostgreSQL address, postgres://user:password@host:5432/database').min(1),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(4).max(200).default(20),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  ROLES: roles.default([...ROLES]),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  SHOPIFY_SANDBOX_URL: url
    .refine((text) => isLoopback(new URL(text)), 'must be on this machine (127.0.0.1, localhost)')
    .optional(),
  APP_BRIDGE_URL: url.default('https://cdn.shopify.com/shopifycloud/app-bridge.js'),
  SCHEDULE_PRODUCTS: cron.default('*/30 * * * *'),
  SCHEDULE_CUSTOMERS: cron.default('*/15 * * * *'),
  SCHEDULE_ORDERS: cron.default('*/15 * * * *'),
  SCHEDULE_CHECKOUTS: cron.default('*/30 * * * *'),
  SCHEDULE_RECONCILE: cron.default('0 3 * * *'),
  SCHEDULE_DEEP_RECONCILE: cron.default('0 5 * * 0'),
  SCHEDULE_CLEANUP: cron.default('0 2 * * *'),
  SCHEDULE_WEBHOOK_ROLLUP: cron.default('* * * * *'),
  KEEP_SYNC_LOGS_DAYS: days.default(90),
  KEEP_WEBHOOK_BODIES_DAYS: days.default(7),
  KEEP_WEBHOOK_DELIVERIES_DAYS: days.default(30),
  KEEP_WEBHOOK_ROLLUPS_DAYS: days
    .min(62, 'must be 62 or more: what is normal for a topic is told from eight weeks')
    .default(365),
  KEEP_TOMBSTONES_DAYS: days.default(90),
  KEEP_DATA_EXPORTS_DAYS: days.default(30),
  SYNC_CONCURRENCY: z.coerce.number().int().min(1).max(50).default(4),
  FIRST_COPY_CONCURRENCY: z.coerce.number().int().min(1).max(50).default(2),
  BULK_FROM_RECORDS: z.coerce.number().int().min(1).optional(),
  BULK_FROM_CHANGES: z.coerce.number().int().min(1).optional(),
  BUDGET_KEPT_FREE_PERCENT: z.coerce.number().int().min(0).max(90).default(20),
  WEBHOOK_SUBSCRIPTIONS: z
    .enum(SUBSCRIPTION_MODES, `is not one of ${SUBSCRIPTION_MODES.join(', ')}`)
    .default('declared'),
  EXTRA_WEBHOOK_TOPICS: topics.default([]),
})

const PUSH_SETTINGS = ['PUBSUB_AUDIENCE', 'PUBSUB_SERVICE_ACCOUNT'] as const

const schema = settings.superRefine((set, { addIssue }) => {
  const { WEBHOOK_SUBSCRIPTIONS: mode, EXTRA_WEBHOOK_TOPICS: extra } = set
  const declared = declaredTopics(mode).filter((topic) => extra.includes(topic))
  const message = `names what shopify.app.toml subscribes to already, so that each would come twice: ${declared.join(', ')}`
  if (declared.length > 0) addIssue({ code: 'custom', path: ['EXTRA_WEBHOOK_TOPICS'], message })
  const missing = PUSH_SETTINGS.filter((name) => set[name] === undefined)
  if (missing.length === 1) {
    const why = `is missing: ${PUSH_SETTINGS.join(' and ')} are set together, or neither`
    addIssue({ code: 'custom', path: missing, message: why })
  }
})

export type Env = Readonly<z.infer<typeof schema>>

/** For the person at the terminal: whoever starts the app prints the message of an error of this name, and no stack. */
class WrongSettings extends Error {
  override name = 'PlainFailure'
}

/** Throws one error that names every setting that is wrong. An empty setting counts as not set. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const result = schema.safeParse(set)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`)
  throw new WrongSettings(`Lockstep cannot start, these settings are wrong (see .env.example):\n${lines.join('\n')}`)
}

export const env = readEnv(process.env)
