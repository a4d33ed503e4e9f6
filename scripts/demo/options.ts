import { parseArgs } from 'node:util'
import { PlainFailure } from '../plain-failure.mjs'

export interface DemoOptions {
  /** Do the whole job without a person, compare and end. */
  once: boolean
  seed: number
  products: number
  customers: number
  orders: number
  /** Of the app. null: 3000, or a free one when that is taken. */
  port: number | null
}

export const usage = `npm run demo [-- options]

  --once            the whole job without a person: install, first copy, changes with and without webhooks, a scheduled
                    pull, and a comparison of every field; ends with "in lockstep: yes" or "in lockstep: no"
  --seed N          which made-up shop (default 7); the same number gives the same shop and the same changes
  --products N      how much there is in it (default 300)
  --customers N     (default 2000)
  --orders N        (default 5000)
  --port N          where the app listens (default 3000, or a free port when that is taken)`

const mostRecords = 1_000_000
const highestPort = 65_535

/** @throws {PlainFailure} with the usage when an argument is not understood */
export function readOptions(args: string[]): DemoOptions | 'help' {
  const values = parse(args)
  if (values.help) return 'help'
  const number = (name: 'seed' | 'products' | 'customers' | 'orders' | 'port', most: number) => {
    const text = values[name] ?? ''
    if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text)
    throw new PlainFailure(`--${name} takes a whole number up to ${most}, not "${text}".\n\n${usage}`)
  }
  return {
    once: values.once,
    seed: number('seed', 999_999_999),
    products: number('products', mostRecords),
    customers: number('customers', mostRecords),
    orders: number('orders', mostRecords),
    port: values.port === undefined ? null : number('port', highestPort),
  }
}

function parse(args: string[]) {
  try {
    const text = { type: 'string' } as const
    return parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        seed: { ...text, default: '7' },
        products: { ...text, default: '300' },
        customers: { ...text, default: '2000' },
        orders: { ...text, default: '5000' },
        port: text,
      },
    }).values
  } catch (error) {
    throw new PlainFailure(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}
