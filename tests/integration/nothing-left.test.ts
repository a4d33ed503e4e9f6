/** What redaction leaves, told by a dump of the whole database and by the log. */
import { sandbox } from '../factories/running-sandbox.ts'
import { hash, randomUUID } from 'node:crypto'
import type * as Pino from 'pino'
import type { LoggerOptions } from 'pino'
import { afterAll, expect, it, vi } from 'vitest'
import { SHOP_TABLES } from '~/compliance/shop-tables'
import { rawId } from '../../sandbox/webhooks/bodies/raw-id.ts'
import { type DumpedRow, dump, tracesIn } from '../factories/dump.ts'
import type { Inhabitant } from '../factories/person-bodies.ts'
import { HALF_REWRITTEN, wholeShop, type WholeShop } from '../factories/whole-shop.ts'
import { closeAll, deliver, query } from './webhooks-shop.ts'

/** What pino wrote, at every level. */
const logged = vi.hoisted(() => {
  process.env['LOG_LEVEL'] = 'trace'
  return [] as string[]
})

vi.mock('pino', async (importOriginal) => {
  const real = await importOriginal<typeof Pino>()
  const pino = (options: LoggerOptions) => real.pino(options, { write: (line) => logged.push(line) })
  return { ...real, pino: Object.assign(pino, real.pino) }
})

afterAll(async () => {
  await closeAll()
  await sandbox.close()
})

const log = (): DumpedRow[] => logged.map((line) => ({ table: 'the log', line }))
const wordsOf = ({ person }: Inhabitant) => Object.values(person) as string[]

/** Rows that hold a word of the person, each by its table and a hash. What a cleanup left half written is nobody's. */
const rowsAbout = (rows: readonly DumpedRow[], whose: Inhabitant) =>
  rows
    .filter((row) => !row.table.includes(HALF_REWRITTEN) && Object.keys(tracesIn([row], wordsOf(whose))).length > 0)
    .map(({ table, line }) => `${table} ${hash('sha256', line).slice(0, 12)}`)

const eventOf = async (webhookId: string) =>
  (
    await query<{ rows: Record<string, number> }>('select * from compliance_events where webhook_id = $1', [webhookId])
  )[0]

function redact({ domain }: WholeShop, { customerId, person }: Inhabitant, webhookId: string) {
  const { email, phone } = person
  const body = { shop_id: 1, customer: { id: rawId(customerId), email, phone }, orders_to_redact: [] }
  return deliver(domain, 'customers/redact', body, { webhookId })
}

/** Where each word of a person is expected at the least, so that nothing passes for want of data. */
const EXPECTED = [
  ...[
    'public.customers',
    'public.orders',
    'public.order_refunds',
    'public.checkouts',
    'public.data_exports',
    `partitions.${HALF_REWRITTEN}`,
  ],
  ...[
    expect.stringMatching(/^partitions\.webhook_deliveries_\d{8}$/),
    expect.stringMatching(/^staging\.bulk_\d+_parents$/),
  ],
]

it('customers/redact leaves no word of the person, and of everybody else every word', async () => {
  const shop = await wholeShop()
  const [person, other] = shop.people
  const before = await dump()
  const traces = tracesIn(before, wordsOf(person))
  expect(Object.keys(traces).sort()).toEqual(wordsOf(person).sort())
  expect([...new Set(Object.values(traces).flat())]).toEqual(expect.arrayContaining(EXPECTED))
  expect(rowsAbout(before, person).length).toBeGreaterThan(35)
  // What has failed was about the person, and its error was written down.
  const [failed] = await query<{ output: object }>('select output from pgboss.job where output is not null')
  expect(failed?.output).toMatchObject({ message: expect.stringContaining('violates check constraint "refusal"') })

  const webhookId = randomUUID()
  expect(await redact(shop, person, webhookId)).toBe(200)
  await query('analyze')
  const after = await dump()
  expect(tracesIn(after, wordsOf(person))).toEqual({})
  expect(rowsAbout(after, other)).toEqual(rowsAbout(before, other))
  expect(rowsAbout(after, other).length).toBeGreaterThan(30)
  expect(await eventOf(webhookId)).toMatchObject({ remaining: 0, rows: { customers: 1, staging: 3, data_exports: 1 } })

  expect(logged.length).toBeGreaterThan(30)
  expect(logged.join()).toContain('job failed and will be tried again')
  expect(tracesIn(log(), shop.people.flatMap(wordsOf))).toEqual({})
})

it('shop/redact leaves no word of the shop, proves it by a count of zero, and leaves other shops alone', async () => {
  const [shop, other] = [await wholeShop(), await wholeShop()]
  const before = await dump()
  const words = [shop.domain, ...shop.people.flatMap(wordsOf)]
  expect(Object.keys(tracesIn(before, words)).sort()).toEqual(words.toSorted())
  const empty: string[] = []
  for (const table of SHOP_TABLES)
    if ((await query(`select from ${table} where shop_id = $1 limit 1`, [shop.id])).length === 0) empty.push(table)
  expect(empty).toEqual([])

  await deliver(shop.domain, 'app/uninstalled', {})
  const webhookId = randomUUID()
  expect(await deliver(shop.domain, 'shop/redact', { shop_domain: shop.domain }, { webhookId })).toBe(200)
  await query('analyze')
  const after = await dump()
  expect(tracesIn(after, words)).toEqual({})
  for (const whose of other.people) expect(rowsAbout(after, whose)).toEqual(rowsAbout(before, whose))
  expect(await query('select from pgboss.job where data ->> $1 = $2', ['shopId', shop.id])).toEqual([])

  const event = await eventOf(webhookId)
  expect(event).toMatchObject({ topic: 'shop/redact', remaining: 0, shop_hash: hash('sha256', shop.domain) })
  expect(Object.entries(event!.rows).filter(([table, count]) => count === 0 && table !== 'sessions')).toEqual([])
  expect(tracesIn(log(), shop.people.flatMap(wordsOf))).toEqual({})
})
