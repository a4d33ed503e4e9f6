/** Load of two kinds: as much as is answered, and so many requests a second whether they are answered or not. */
import { setTimeout as delay } from 'node:timers/promises'
import { collectGarbage } from './collect-garbage.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Factory } from './deliveries.ts'
import { triggerNow } from './signed-request.ts'

export interface Measured {
  /** Answers a second. */
  perS: number
  /** Milliseconds until the answer. */
  latenciesMs: Float64Array
  /** How many answers there were of each status; 0: none came. */
  statuses: Map<number, number>
  /** How many were 200 before Shopify would have hung up. */
  acceptedInTime: number
}

/** So many connections, each of which sends the next request as soon as its own one before is answered. */
export async function sustain(port: number, requests: readonly Buffer[], connections = 128): Promise<Measured> {
  const open = Array.from({ length: connections }, () => openConnection(port))
  const gathered = gather()
  const startedMs = performance.now()
  let sent = 0
  await Promise.all(
    open.map(async (connection) => {
      while (sent < requests.length) {
        const request = triggerNow(requests[sent++]!)
        const sentMs = performance.now()
        gathered.add(await connection.send(request), performance.now() - sentMs)
      }
    }),
  )
  const measured = gathered.done((performance.now() - startedMs) / 1_000)
  for (const connection of open) connection.close()
  return measured
}

/** Connections that are opened as they are needed, and kept. */
export interface Connections {
  /** Null when all there may be are at work. */
  take(): Connection | null
  giveBack(connection: Connection): void
  close(): void
}

const MOST_CONNECTIONS = 1_000

export function openConnections(port: number): Connections {
  const open: Connection[] = []
  const idle: Connection[] = []
  return {
    take() {
      const known = idle.pop()
      if (known !== undefined || open.length === MOST_CONNECTIONS) return known ?? null
      const opened = openConnection(port)
      open.push(opened)
      return opened
    },
    giveBack: (connection) => idle.push(connection),
    close() {
      for (const connection of open) connection.close()
    },
  }
}

/** How often the clock is looked at: what is due since is sent at once. */
const TICK_MS = 2

/** So many requests a second for so long. */
export interface Load {
  perS: number
  seconds: number
}

/** What is sent. Made before anything is measured: it costs, and leaves memory to collect. */
export function prepare(factory: Factory, count: number): readonly Buffer[] {
  const requests = Array.from({ length: Math.round(count) }, () => factory.next())
  collectGarbage()
  return requests
}

/**
 * Sends so many of the requests a second, evenly. A latency counts from the moment at which the request was due, so that a
 * server that holds up the sender does not hide behind it. What is due while all connections wait for an answer is sent when
 * one has come.
 */
export async function press(
  connections: Connections,
  requests: readonly Buffer[],
  { perS }: Pick<Load, 'perS'>,
): Promise<Measured> {
  const gathered = gather()
  const answers: Promise<void>[] = []
  const total = requests.length
  const startedMs = performance.now()
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, 1 + Math.floor(((performance.now() - startedMs) / 1_000) * perS))
    for (; sent < due; sent += 1) {
      const connection = connections.take()
      if (connection === null) break
      const dueMs = startedMs + (sent / perS) * 1_000
      answers.push(
        connection.send(triggerNow(requests[sent]!)).then((status) => {
          gathered.add(status, performance.now() - dueMs)
          connections.giveBack(connection)
        }),
      )
    }
    await delay(TICK_MS)
  }
  await Promise.all(answers)
  return gathered.done((performance.now() - startedMs) / 1_000)
}

/** Documentation of webhooks. */
const SHOPIFY_WAITS_MS = 5_000

function gather() {
  const latenciesMs: number[] = []
  let acceptedInTime = 0
  const statuses = new Map<number, number>()
  return {
    add(status: number, ms: number) {
      latenciesMs.push(ms)
      if (status === 200 && ms <= SHOPIFY_WAITS_MS) acceptedInTime += 1
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    },
    done: (seconds: number): Measured => ({
      perS: latenciesMs.length / seconds,
      latenciesMs: Float64Array.from(latenciesMs).sort(),
      statuses,
      acceptedInTime,
    }),
  }
}

/** The value below which so many percent of the sorted values are. */
export function percentile(sorted: Float64Array, percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN
}
