/**
 * Deliveries against the production build on loopback, side by side with what bounds it, a bare server that checks the
 * signature and does one INSERT a request, and with the framework's usual way. Sender, server and PostgreSQL share this
 * machine, so the ratios tell more than the figures.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { ensureFreshBuild } from '../fresh-build.ts'
import { migrate } from '../migrate.ts'
import { benchPostgres } from './bench-postgres.ts'
import { bundle } from './bundle.ts'
import { printTable } from './print-table.ts'
import { createFactory, type Factory, shopDomain, SHOPS } from './webhooks/deliveries.ts'
import { openFlood } from './webhooks/flood.ts'
import { type Measured, openConnections, percentile, prepare, press, sustain } from './webhooks/load.ts'
import { type Served, startBuiltApp, startServer } from './webhooks/processes.ts'

const ROUNDS = 3
const FORGED_ROUNDS = 9
/** How many requests are sent to each, as fast as it answers, and to warm it up. */
const SUSTAINED = { limit: 16_000, app: 16_000, usual: 2_500 }
const WARM_UP = { limit: 6_000, app: 6_000, usual: 1_200 }
const HALF_LOAD_S = 8
const BURST = { perS: 2_000, seconds: 10 }
/** What a busy shop's deliveries come to. */
const ORDINARY = { perS: 200, seconds: 6 }
/** Begins before what is measured beside it, and ends after it. */
const FORGED = { perS: 2_000, seconds: 8 }

const allShops = Array.from({ length: SHOPS }, (_, shop) => shop + 1)

export async function run(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-bench-'))
  const postgres = await benchPostgres(folder)
  const client = new pg.Client({ connectionString: postgres.url })
  const served: Served[] = []
  try {
    await migrate(postgres.url)
    await client.connect()
    await installShops(client)
    await ensureFreshBuild()
    const app = await startBuiltApp(postgres.url)
    served.push(app)
    const limit = await startServer(fileURLToPath(new URL('webhooks/limit.ts', import.meta.url)), postgres.url)
    served.push(limit)
    const usual = await startServer(await bundle('scripts/bench/webhooks/usual.ts'), postgres.url)
    served.push(usual)
    return await measure(client, { app, limit, usual })
  } finally {
    for (const server of served.reverse()) await server.stop()
    await client.end()
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function installShops(client: pg.Client): Promise<void> {
  for (const shop of allShops) {
    const domain = shopDomain(shop)
    await client.query(
      `insert into shops (domain, scopes, installed_at, timezone) values ($1, '', now() - interval '99 days', 'UTC')`,
      [domain],
    )
    // With a token that is good for longer than this takes, so that the usual way need not refresh it.
    await client.query(
      `insert into sessions (id, shop, state, is_online, scope, access_token, refresh_token, expires)
       values ('offline_' || $1, $1, '', false, '', 'token', 'refresh', now() + interval '1 day')`,
      [domain],
    )
  }
}

const names = ['limit', 'app', 'usual'] as const
type Name = (typeof names)[number]

async function measure(client: pg.Client, served: Record<Name, Served>) {
  const { app } = served
  const factory = createFactory(allShops)
  const sustained = async (name: Name, count: number) =>
    only200(await sustain(served[name].port, prepare(factory, count)))
  // The first seconds of a process are for its compiler.
  for (const name of names) await sustained(name, WARM_UP[name])

  // First, while the database has not much to tidy up after: what differs is to be the flood.
  const forged = await measureForged(app.port, factory)

  const connections = openConnections(app.port)
  const rounds: Round[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const measured = {} as Record<Name, Measured>
    for (const name of inTurns(names, round)) {
      measured[name] = await sustained(name, SUSTAINED[name])
      if (name === 'app') await allApplied(client)
    }
    const perS = measured.app.perS / 2
    const requests = prepare(factory, perS * HALF_LOAD_S)
    const halfFrom = await databaseNow(client)
    const half = only200(await press(connections, requests, { perS }))
    await allApplied(client)
    rounds.push({ ...measured, half, applied: await appliedWithin(client, halfFrom) })
  }
  const perS = (name: Name) => median(rounds.map((round) => round[name].perS))
  const ratioTo = (name: 'limit' | 'usual') => median(rounds.map((round) => round.app.perS / round[name].perS))

  const bursting = prepare(factory, BURST.perS * BURST.seconds)
  const burstBeganMs = performance.now()
  const burst = await press(connections, bursting, BURST)
  await allApplied(client)
  const burstAppliedS = (performance.now() - burstBeganMs) / 1_000
  connections.close()

  const rowOf = (name: string, measured: Measured) => [
    name,
    measured.perS.toFixed(0),
    ...[50, 99].map((percent) => percentile(measured.latenciesMs, percent).toFixed(1)),
  ]
  printTable(
    ['', 'per second', 'p50 ms', 'p99 ms'],
    [
      ...rounds.flatMap((round, index) => [
        ...(['limit', 'app', 'usual', 'half'] as const).map((name) =>
          rowOf(`${titles[name]}, round ${index + 1}`, round[name]),
        ),
        ['  received to applied', '', round.applied.p50.toFixed(1), round.applied.p99.toFixed(1)],
      ]),
      rowOf('burst of 20,000', burst),
      ...forged.flatMap(({ alone, beside }, index) => [
        [`${ORDINARY.perS} a second, alone, round ${index + 1}`, '', '', alone.toFixed(1)],
        [`  beside ${FORGED.perS} forged`, '', '', beside.toFixed(1)],
      ]),
    ],
  )
  return {
    per_s: Math.round(perS('app')),
    ratio_to_limit: rounded(ratioTo('limit')),
    ratio_to_usual: rounded(ratioTo('usual')),
    p50_ms: rounded(median(rounds.map(({ app: { latenciesMs } }) => percentile(latenciesMs, 50)))),
    p99_ms_half_load: rounded(median(rounds.map(({ half: { latenciesMs } }) => percentile(latenciesMs, 99)))),
    applied_p50_ms: rounded(median(rounds.map(({ applied }) => applied.p50))),
    applied_p99_ms: rounded(median(rounds.map(({ applied }) => applied.p99))),
    burst_errors: bursting.length - burst.acceptedInTime,
    burst_applied_s: rounded(burstAppliedS),
    forged_p99_ratio: rounded(median(forged.map(({ alone, beside }) => beside / alone))),
  }
}

/** The p99, in milliseconds, of what a busy shop's deliveries come to: alone, and beside forged ones. */
async function measureForged(port: number, factory: Factory): Promise<{ alone: number; beside: number }[]> {
  const flood = openFlood(port)
  const connections = openConnections(port)
  const ordinary = () => prepare(factory, ORDINARY.perS * ORDINARY.seconds)
  const p99 = async (requests: readonly Buffer[]) =>
    percentile(only200(await press(connections, requests, ORDINARY)).latenciesMs, 99)
  try {
    // The first seconds are for the compiler, here too.
    await flood.press({ ...FORGED, seconds: 4 })
    const measured: { alone: number; beside: number }[] = []
    for (let round = 0; round < FORGED_ROUNDS; round += 1) {
      const alone = await p99(ordinary())
      const requests = ordinary()
      const forgeries = flood.press(FORGED)
      await delay(1_000)
      const beside = await p99(requests)
      onlyRefused(await forgeries)
      measured.push({ alone, beside })
    }
    return measured
  } finally {
    connections.close()
    await flood.end()
  }
}

interface Round extends Record<Name | 'half', Measured> {
  /** Milliseconds from received to applied, at half load. */
  applied: { p50: number; p99: number }
}

const titles = {
  limit: 'bare server, one INSERT',
  app: 'Lockstep',
  usual: "the framework's usual way",
  half: 'Lockstep at half load',
}

/** Each comes first once. */
const inTurns = <T>(all: readonly T[], round: number) => all.map((_, index) => all[(index + round) % all.length]!)

const rounded = (value: number) => Math.round(value * 1_000) / 1_000
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

function only200(measured: Measured): Measured {
  const others = [...measured.statuses.keys()].filter((status) => status !== 200)
  if (others.length > 0) {
    const counts = others.map((status) => `${status} (${measured.statuses.get(status)} times)`)
    throw new Error(`answered ${counts.join(', ')} instead of 200`)
  }
  return measured
}

/** A flood that was let in, broke off or was a trickle is none. A connection may end just when its next request is sent. */
function onlyRefused({ statuses, perS }: Measured): void {
  if (perS < FORGED.perS * 0.95) throw new Error(`only ${perS.toFixed(0)} forged deliveries a second were answered`)
  const refused = (statuses.get(401) ?? 0) + (statuses.get(429) ?? 0)
  if (statuses.has(200) || refused < FORGED.perS * FORGED.seconds * 0.99) {
    const counts = [...statuses].map(([status, count]) => `${status} (${count} times)`)
    throw new Error(`forged deliveries were answered ${counts.join(', ')} instead of 401 or 429`)
  }
}

async function databaseNow(client: pg.Client): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now')
  return rows[0]!.now
}

/** Waits until nothing is left to apply. Throws when something was given up, or takes minutes. */
async function allApplied(client: pg.Client): Promise<void> {
  const endMs = performance.now() + MOST_APPLYING_MS
  while (performance.now() < endMs) {
    const { rows } = await client.query<{ pending: number; dead: number }>(
      `select count(*) filter (where state = 'pending')::int as pending,
         count(*) filter (where state not in ('pending', 'applied'))::int as dead
       from webhook_deliveries`,
    )
    const { pending, dead } = rows[0]!
    if (dead > 0) throw new Error(`${dead} deliveries were not applied`)
    if (pending === 0) return
    await delay(200)
  }
  throw new Error('deliveries were still not applied after two minutes')
}

const MOST_APPLYING_MS = 120_000

async function appliedWithin(client: pg.Client, since: Date): Promise<{ p50: number; p99: number }> {
  const { rows } = await client.query<{ p50: number; p99: number }>(
    `select extract(epoch from percentile_cont(0.5) within group (order by applied_at - received_at)) * 1000 as p50,
       extract(epoch from percentile_cont(0.99) within group (order by applied_at - received_at)) * 1000 as p99
     from webhook_deliveries where received_at >= $1`,
    [since],
  )
  return { p50: Number(rows[0]!.p50), p99: Number(rows[0]!.p99) }
}
