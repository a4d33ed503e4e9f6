/**
 * How fast a bulk operation's result becomes committed rows, beside three other ways to store the same rows in the same
 * PostgreSQL: COPY of rows that are formatted already (the limit), one Prisma upsert a record (the usual way), and the
 * upsert of @supabase/stripe-sync-engine (a peer's way). The two slow ways store a part; rates are compared.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '../embedded-postgres.ts'
import { migrate } from '../migrate.ts'
import { bundle } from './bundle.ts'
import { copyAgain, type Exported, exportRows } from './ingest/copy-limit.ts'
import { ordersJsonl } from './ingest/orders-jsonl.ts'
import { writeJsonl } from './ingest/write-jsonl.ts'
import { type LoadResult, startPart } from './ingest/start-part.ts'
import { printTable } from './print-table.ts'

const ORDERS = 200_000
const ORDERS_OF_SLOW_WAYS = 3_000
const ORDERS_FOR_MEMORY = 1_000_000
/** Of the ways that take seconds, in turn, so that all of them meet the same machine; the middle one of each counts. */
const ROUNDS = 3
const TABLES = ['orders', 'order_line_items', 'order_refunds', 'order_transactions']

type Round = { firstMs: number; againMs: number; copyMs: number }

export async function run(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'))
  const server = await startPostgres({ dataDir: join(folder, 'postgres'), persistent: true })
  try {
    await migrate(server.url)
    return await compare(server.url, folder)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function compare(url: string, folder: string): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const file = join(folder, 'orders.jsonl')
    console.error(`Making ${ORDERS.toLocaleString('en')} orders …`)
    await writeJsonl(file, ORDERS)
    const shopId = await makeShop(client)
    const tables = await existing(client, TABLES)
    const clear = async () => {
      await client.query(`truncate ${tables.join(', ')}`)
      await client.query('checkpoint')
    }
    const pipeline = await bundle('scripts/bench/ingest/pipeline.ts')
    const slow = await bundle('scripts/bench/ingest/slow-ways.ts')
    const part = <Result>(program: string, ...args: string[]) => startPart<Result>(program, args, url)

    const rounds: Round[] = []
    let rows: Exported[] | null = null
    for (let round = 1; round <= ROUNDS; round += 1) {
      await clear()
      const first = await part<LoadResult>(pipeline, file, shopId)
      await client.query('checkpoint')
      const again = await part<LoadResult>(pipeline, file, shopId)
      if (first.written !== ORDERS || again.unchanged !== ORDERS)
        throw new Error('the pipeline did not store the orders')
      rows ??= await exportRows(client, tables, folder)
      await clear()
      const copyMs = await copyAgain(client, rows)
      rounds.push({ firstMs: first.ms, againMs: again.ms, copyMs })
      console.error(
        `Round ${round}: first load ${seconds(first.stagedMs)} to stage and ${seconds(first.ms)} in all, ` +
          `the same again ${seconds(again.stagedMs)} and ${seconds(again.ms)}, COPY ${seconds(copyMs)}`,
      )
    }

    await clear()
    console.error('One Prisma upsert a record …')
    const prisma = await part<{ ms: number }>(slow, 'prisma', String(ORDERS_OF_SLOW_WAYS), shopId)
    console.error('stripe-sync-engine …')
    const peer = await part<{ ms: number }>(slow, 'peer', String(ORDERS_OF_SLOW_WAYS), shopId)

    await clear()
    console.error(`Memory, ${ORDERS_FOR_MEMORY.toLocaleString('en')} orders …`)
    const large = await startPart<LoadResult>(pipeline, ['-', shopId], url, ordersJsonl(ORDERS_FOR_MEMORY))

    const perSecond = (orders: number, ms: number) => Math.round((orders / ms) * 1_000)
    const ways = {
      'COPY, rows formatted before (the limit)': perSecond(ORDERS, middle(rounds, 'copyMs')),
      'Lockstep, first load from JSONL': perSecond(ORDERS, middle(rounds, 'firstMs')),
      'Lockstep, unchanged data again': perSecond(ORDERS, middle(rounds, 'againMs')),
      'stripe-sync-engine, its upsert': perSecond(ORDERS_OF_SLOW_WAYS, peer.ms),
      'Prisma, one upsert a record': perSecond(ORDERS_OF_SLOW_WAYS, prisma.ms),
    }
    const limit = ways['COPY, rows formatted before (the limit)']
    const ours = ways['Lockstep, first load from JSONL']
    printTable(
      ['way', 'orders/s', 'of the limit'],
      Object.entries(ways).map(([way, rate]) => [way, rate.toLocaleString('en'), (rate / limit).toFixed(3)]),
    )
    console.log(`Peak memory with ${ORDERS_FOR_MEMORY.toLocaleString('en')} orders: ${Math.round(large.rssMb)} MB`)
    const ratio = (a: number, b: number) => Number((a / b).toFixed(3))
    return {
      ratio_to_copy: ratio(ours, limit),
      reload_ratio_to_copy: ratio(ways['Lockstep, unchanged data again'], limit),
      ratio_to_prisma_upsert: ratio(ours, ways['Prisma, one upsert a record']),
      ratio_to_stripe_sync_engine: ratio(ours, ways['stripe-sync-engine, its upsert']),
      orders_per_s: ours,
      peak_rss_mb: Math.round(large.rssMb),
    }
  } finally {
    await client.end()
  }
}

function middle(rounds: readonly Round[], way: keyof Round): number {
  const sorted = rounds.map((round) => round[way]).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

async function makeShop(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into shops (domain, installed_at) values ('bench.myshopify.com', now()) returning id`,
  )
  return rows[0]!.id
}

async function existing(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) with ordinality as wanted (name, place) where to_regclass(name) is not null order by place',
    [tables],
  )
  return rows.map(({ name }) => name)
}
