import { describe, expect, it } from 'vitest'
import { readEnv } from './env.server'

const right = {
  SHOPIFY_API_KEY: 'key',
  SHOPIFY_API_SECRET: 'hush-hush',
  SHOPIFY_APP_URL: 'https://lockstep.example.com/',
  DATABASE_URL: 'postgres://user:pass-word@db/lockstep',
}

function refusal(settings: Record<string, string | undefined>): string {
  try {
    readEnv(settings)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('the settings were taken')
}

describe('right settings', () => {
  it('are few, the rest has defaults', () => {
    expect(readEnv(right)).toMatchObject({
      SHOPIFY_APP_URL: 'https://lockstep.example.com',
      PORT: 3000,
      ROLES: ['web', 'worker', 'scheduler'],
      LOG_LEVEL: 'info',
      SCHEDULE_ORDERS: '*/15 * * * *',
      SCHEDULE_CUSTOMERS: '*/15 * * * *',
      SCHEDULE_PRODUCTS: '*/30 * * * *',
    })
    expect(readEnv(right).SHOPIFY_SANDBOX_URL).toBeUndefined()
  })

  it('that are empty count as not set', () => {
    expect(readEnv({ ...right, PORT: '', SHOPIFY_SANDBOX_URL: '', ROLES: '' })).toMatchObject({
      PORT: 3000,
      ROLES: ['web', 'worker', 'scheduler'],
    })
  })

  it('name the roles of the process', () => {
    expect(readEnv({ ...right, ROLES: 'web, worker' }).ROLES).toEqual(['web', 'worker'])
  })

  it('may name a second secret, which is none when it is empty', () => {
    const given = { ...right, SHOPIFY_API_SECRET_PREVIOUS: 'before' }
    expect(readEnv(given).SHOPIFY_API_SECRET_PREVIOUS).toBe('before')
    expect(readEnv({ ...given, SHOPIFY_API_SECRET_PREVIOUS: '' }).SHOPIFY_API_SECRET_PREVIOUS).toBeUndefined()
  })

  it('name topics that are wanted besides, each once', () => {
    expect(readEnv(right)).toMatchObject({ WEBHOOK_SUBSCRIPTIONS: 'declared', EXTRA_WEBHOOK_TOPICS: [] })
    const topics = 'themes/update, customer.joined_segment,themes/update,'
    expect(readEnv({ ...right, EXTRA_WEBHOOK_TOPICS: topics }).EXTRA_WEBHOOK_TOPICS).toEqual([
      'themes/update',
      'customer.joined_segment',
    ])
    const shop = { ...right, WEBHOOK_SUBSCRIPTIONS: 'shop', EXTRA_WEBHOOK_TOPICS: 'orders/create' }
    expect(readEnv(shop).EXTRA_WEBHOOK_TOPICS).toEqual(['orders/create'])
  })

  it('let Pub/Sub push, or not', () => {
    const push = {
      PUBSUB_AUDIENCE: 'https://lockstep.example.com',
      PUBSUB_SERVICE_ACCOUNT: 'push@p.iam.gserviceaccount.com',
    }
    const keys = 'https://www.googleapis.com/oauth2/v3/certs'
    expect(readEnv({ ...right, ...push })).toMatchObject({ ...push, PUBSUB_KEYS_URL: keys })
    expect(readEnv({ ...right, PUBSUB_AUDIENCE: '', PUBSUB_SERVICE_ACCOUNT: '' }).PUBSUB_AUDIENCE).toBeUndefined()
    for (const url of ['http://127.0.0.1:4000/certs', 'https://keys.example.com/certs']) {
      expect(readEnv({ ...right, PUBSUB_KEYS_URL: url }).PUBSUB_KEYS_URL).toBe(url)
    }
  })

  it.each(['http://127.0.0.1:4000', 'http://localhost:4000/', 'http://[::1]:4000'])('allow a sandbox at %s', (url) => {
    expect(readEnv({ ...right, SHOPIFY_SANDBOX_URL: url }).SHOPIFY_SANDBOX_URL).toBe(url.replace(/\/$/, ''))
  })
})

describe('a wrong setting ends the boot and is named', () => {
  it.each([
    ['SHOPIFY_API_KEY', undefined],
    ['SHOPIFY_API_SECRET', undefined],
    ['SHOPIFY_APP_URL', undefined],
    ['DATABASE_URL', undefined],
    ['SHOPIFY_APP_URL', 'lockstep.example.com'],
    ['SHOPIFY_APP_URL', 'ftp://lockstep.example.com'],
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['DATABASE_POOL_SIZE', '1'],
    ['ROLES', 'web,king'],
    ['ROLES', ','],
    ['LOG_LEVEL', 'loud'],
    ['NODE_ENV', 'staging'],
    ['SCHEDULE_ORDERS', 'every quarter'],
    ['SCHEDULE_CUSTOMERS', '61 * * * *'],
    ['SCHEDULE_PRODUCTS', '* * *'],
    ['SYNC_CONCURRENCY', '0'],
    ['APP_BRIDGE_URL', 'javascript:alert(1)'],
    ['SHOPIFY_SANDBOX_URL', 'https://sandbox.example.com'],
    ['SHOPIFY_SANDBOX_URL', 'http://127.0.0.1.example.com'],
    ['SHOPIFY_SANDBOX_URL', 'http://10.0.0.1:4000'],
    ['PUBSUB_KEYS_URL', 'http://keys.example.com/certs'],
    ['PUBSUB_KEYS_URL', 'file:///etc/keys'],
    ['WEBHOOK_SUBSCRIPTIONS', 'both'],
    ['EXTRA_WEBHOOK_TOPICS', 'themes/update,shop/updat'],
    ['EXTRA_WEBHOOK_TOPICS', 'ORDERS_CREATE'],
    ['EXTRA_WEBHOOK_TOPICS', 'themes/update,shop/redact'],
    ['EXTRA_WEBHOOK_TOPICS', 'themes/update,orders/create'],
  ])('%s = %s', (name, value) => {
    expect(refusal({ ...right, [name]: value })).toContain(`  ${name}`)
  })

  it('where one of two that belong together is missing', () => {
    const account = 'push@p.iam.gserviceaccount.com'
    expect(refusal({ ...right, PUBSUB_AUDIENCE: 'https://a.example' })).toContain('  PUBSUB_SERVICE_ACCOUNT is missing')
    expect(refusal({ ...right, PUBSUB_SERVICE_ACCOUNT: account })).toContain('  PUBSUB_AUDIENCE is missing')
    const noAddress = { ...right, PUBSUB_AUDIENCE: 'https://a.example', PUBSUB_SERVICE_ACCOUNT: 'push' }
    expect(refusal(noAddress)).toContain('  PUBSUB_SERVICE_ACCOUNT is not the e-mail address')
  })

  it('together with every other that is wrong, each on its line', () => {
    const message = refusal({ PORT: '-1', LOG_LEVEL: 'loud' })
    for (const name of ['PORT', 'LOG_LEVEL', 'SHOPIFY_API_KEY', 'SHOPIFY_API_SECRET', 'DATABASE_URL']) {
      expect(message).toMatch(new RegExp(`^  ${name}`, 'm'))
    }
  })

  it('without a word of any value, which may be secret', () => {
    const message = refusal({
      ...right,
      PORT: 'hush-hush',
      SHOPIFY_APP_URL: 'hush-hush',
      ROLES: 'hush-hush',
      EXTRA_WEBHOOK_TOPICS: 'hush',
    })
    expect(message).not.toMatch(/hush|pass-word/)
  })
})
