import { parseArgs } from 'node:util'
import type { Plan } from './model.ts'
import { startSandbox } from './server.ts'

const PLANS: readonly Plan[] = ['standard', 'advanced', 'plus', 'enterprise']

const USAGE = `node sandbox/main.ts [--port 4000] [--shop demo.myshopify.com] [--seed 1] [--plan plus]
    [--products 300] [--customers 2000] [--orders 5000] [--app-url http://localhost:3000]

SHOPIFY_API_KEY and SHOPIFY_API_SECRET have to be set to what the app uses.
Plans: ${PLANS.join(', ')}.
`

/** Ends the process with a sentence about what is wrong with how it was called. */
function refuse(message: string): never {
  process.stderr.write(`${message}\n\n${USAGE}`)
  process.exit(2)
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string', default: '4000' },
        shop: { type: 'string', default: 'demo.myshopify.com' },
        seed: { type: 'string', default: '1' },
        plan: { type: 'string', default: 'plus' },
        products: { type: 'string', default: '300' },
        customers: { type: 'string', default: '2000' },
        orders: { type: 'string', default: '5000' },
        'app-url': { type: 'string', default: 'http://localhost:3000' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

function count(name: string, text: string): number {
  return /^\d{1,7}$/.test(text) ? Number(text) : refuse(`--${name} takes a whole number, not ${text}`)
}

function setting(name: string): string {
  return process.env[name] || refuse(`${name} is not set`)
}

const values = readOptions()
if (values.help) {
  process.stdout.write(USAGE)
  process.exit(0)
}
const plan = PLANS.find((one) => one === values.plan) ?? refuse(`--plan knows ${PLANS.join(', ')}, not ${values.plan}`)
const sandbox = await startSandbox({
  port: count('port', values.port),
  apiKey: setting('SHOPIFY_API_KEY'),
  apiSecret: setting('SHOPIFY_API_SECRET'),
  appUrl: values['app-url'],
})
sandbox.createShop({
  domain: values.shop,
  seed: count('seed', values.seed),
  plan,
  products: count('products', values.products),
  customers: count('customers', values.customers),
  orders: count('orders', values.orders),
})

process.stdout.write(`Sandbox listening on ${sandbox.url}
  Admin with the app:  ${sandbox.adminUrl(values.shop)}
  The shop's data:     ${sandbox.shopUrl(values.shop)}
  For the app:         SHOPIFY_SANDBOX_URL=${sandbox.url} APP_BRIDGE_URL=${sandbox.appBridgeUrl}
`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.close())
