/**
 * One cycle of the schedule for ten thousand small shops on two processes of the app, both of which tick and work: how long
 * after its place in the slot each shop's run is finished, and whether each ran once. The cycle of fifteen minutes is
 * as long as in reality; `--minutes` squeezes the same work into less.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { benchPostgres } from './bench-postgres.ts'
import { migrate } from '../migrate.ts'
import { bundle } from './bundle.ts'
import { installShops } from './fleet/install-shops.ts'
import { startStandIn } from './fleet/stand-in.ts'
import { startProcess } from './fleet/start-process.ts'
import { printTable } from './print-table.ts'

const SHOPS = '10000'
/** Shops in which something has changed. */
const ONE_IN = 10
const PATIENCE_MS = 10 * 60_000

export async function run(args: readonly string[]): Promise<Record<string, number>> {
  const { values } = parseArgs({
    args: [...args],
    options: { minutes: { type: 'string', default: '15' }, shops: { type: 'string', default: SHOPS } },
  })
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'))
  const server = await benchPostgres(folder)
  const standIn = await startStandIn((domain) => Number(/\d+/.exec(domain)?.[0]) % ONE_IN === 0)
  const client = new pg.Client({ connectionString: server.url })
  try {
    await migrate(server.url)
    await client.connect()
    console.error(`Installing ${values.shops} shops …`)
    await installShops(client, Number(values.shops))
    const program = await bundle('scripts/bench/fleet/app-process.ts')
    const processes = [
      await startProcess(program, server.url, standIn.url),
      await startProcess(program, server.url, standIn.url),
    ]
    const cycleMs = Number(values.minutes) * 60_000
    const at = Date.now()
    const slot = { tick: new Date(at).toISOString(), next: new Date(at + cycleMs).toISOString() }
    await Promise.all(processes.map((each) => each.tick(slot)))
    console.error(`Both processes have ticked, in ${Date.now() - at} ms. The cycle takes ${values.minutes} minutes …`)
    await allDone(client, at + cycleMs + PATIENCE_MS)
    const usage = await Promise.all(processes.map((each) => each.stop()))
    const figures = await measure(client)
    printTable(
      ['slots', 'done', 'more than once', 'p50 s', 'p99 s', 'latest s', 'requests'],
      [[...Object.values(figures), standIn.requests()].map((figure) => figure.toLocaleString('en'))],
    )
    printTable(
      ['process', 'peak MB', 'CPU s'],
      usage.map(({ rssMb, cpuSeconds }, index) => [`${index + 1}`, rssMb.toFixed(0), cpuSeconds.toFixed(0)]),
    )
    const { latest_s: _, ...rest } = figures
    return { ...rest, peak_rss_mb: Math.round(Math.max(...usage.map(({ rssMb }) => rssMb))) }
  } finally {
    await client.end()
    standIn.close()
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function allDone(client: pg.Client, deadlineMs: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ waiting: number }>(
      `select count(*)::int as waiting from pgboss.job where state <> 'completed' and name in ('sync', 'first-copy')`,
    )
    if (rows[0]!.waiting === 0) return
    if (Date.now() > deadlineMs) throw new Error(`${rows[0]!.waiting} jobs have not been done in time`)
    await delay(2_000)
  }
}

/** Seconds from a shop's place in the slot to the end of its run, as the run's log and the job's row have them. */
async function measure(client: pg.Client) {
  const { rows } = await client.query<Record<'slots' | 'done' | 'twice' | 'p50_s' | 'p99_s' | 'latest_s', number>>(
    `with runs as (
       select shop_id, sync_type, count(*) as times, max(finished_at) filter (where state = 'succeeded') as finished_at
       from sync_logs group by shop_id, sync_type
     ), jobs as (
       select (data ->> 'shopId')::bigint as shop_id, data ->> 'resource' as sync_type, min(start_after) as start_after
       from pgboss.job where name in ('sync', 'first-copy') group by 1, 2
     ), lateness as (
       select times, extract(epoch from finished_at - start_after)::float8 as seconds
       from jobs left join runs using (shop_id, sync_type)
     )
     select count(*)::int as slots, count(seconds)::int as done, (count(*) filter (where times > 1))::int as twice,
       round(percentile_cont(0.5) within group (order by seconds)::numeric, 2)::float8 as p50_s,
       round(percentile_cont(0.99) within group (order by seconds)::numeric, 2)::float8 as p99_s,
       round(max(seconds)::numeric, 2)::float8 as latest_s
     from lateness`,
  )
  return rows[0]!
}
