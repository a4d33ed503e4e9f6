/**
 * Sends deliveries over some connections as fast as they are answered, and each again until it is answered 200, as Shopify
 * does; now and then also one that was, since an answer can be lost on its way.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { SandboxShop } from '../../sandbox/contract.ts'
import { chance, int, type Random } from '../../sandbox/random.ts'
import { type Connection, openConnection } from '../bench/webhooks/connection.ts'
import { waitUntil } from '../demo/wait-until.ts'
import type { Letter, Sender, Sent } from './sent.ts'

const CONNECTIONS = 24
/** Shopify waits no longer (documentation of webhooks). */
const ANSWER_WITHIN_MS = 5_000
/** Between four hours and this, all that matters is that it comes again. */
const LATEST_AGAIN_MS = 1_000
/** After what was not taken: the app is away. */
const PAUSE_MS = 100
const SHARE_OF_REPETITIONS = 0.05
const FINISH_WITHIN_MS = 90_000

export interface Postman {
  /** All that were sent, by their webhook id. */
  readonly sent: ReadonlyMap<string, Sent>
  readonly acknowledged: number
  /** How many answers there were of each status; 0: none came. */
  readonly statuses: ReadonlyMap<number, number>
  /** Sends so many updates of the shop at once, over connections of their own. */
  burst(count: number, shop: SandboxShop): void
  /** Sends nothing new, and resolves when all that was sent has been answered 200. */
  finish(): Promise<void>
  /** Ends at once. */
  stop(): Promise<void>
}

interface Due {
  letter: Letter
  atMs: number
}

export function startPostman(port: number, next: Sender, random: Random): Postman {
  const sent = new Map<string, Sent>()
  const statuses = new Map<number, number>()
  const due: Due[] = []
  let acknowledged = 0
  let underWay = 0
  let isFinishing = false
  let isStopped = false

  const sendAgain = (letter: Letter) => due.push({ letter, atMs: performance.now() + int(random, 0, LATEST_AGAIN_MS) })

  function take(): Letter | null {
    const nowMs = performance.now()
    const index = due.findIndex(({ atMs }) => atMs <= nowMs)
    if (index >= 0) return due.splice(index, 1)[0]!.letter
    return isFinishing ? null : fresh()
  }

  function fresh(burstOf?: SandboxShop): Letter {
    const letter = next(burstOf)
    sent.set(letter.sent.webhookId, letter.sent)
    return letter
  }

  async function deliver(connection: Connection, letter: Letter): Promise<void> {
    underWay += 1
    const status = await answerTo(connection, letter.request)
    underWay -= 1
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status === 200) {
      if (letter.sent.isAcknowledged) return
      letter.sent.isAcknowledged = true
      acknowledged += 1
      if (chance(random, SHARE_OF_REPETITIONS)) sendAgain(letter)
    } else if (isAway(status)) {
      sendAgain(letter)
      await delay(PAUSE_MS)
    }
  }

  async function work(connection: Connection): Promise<void> {
    while (!isStopped) {
      const letter = take()
      if (letter === null) await delay(PAUSE_MS)
      else await deliver(connection, letter)
    }
    connection.close()
  }

  async function sendOne(connection: Connection, letter: Letter): Promise<void> {
    await deliver(connection, letter)
    connection.close()
  }

  const openSome = (length: number) => Array.from({ length }, () => openConnection(port))
  const connections = openSome(CONNECTIONS)
  const working = connections.map(work)
  return {
    sent,
    statuses,
    get acknowledged() {
      return acknowledged
    },
    burst(count, shop) {
      const more = openSome(count)
      connections.push(...more)
      working.push(...more.map((connection) => sendOne(connection, fresh(shop))))
    },
    async finish() {
      isFinishing = true
      await waitUntil({
        for: 'an answer 200 to everything that was sent',
        timeoutMs: FINISH_WITHIN_MS,
        check: async () => (underWay === 0 && due.length === 0 ? true : undefined),
        explain: () => `${due.length + underWay} deliveries have none.`,
      })
    },
    async stop() {
      isStopped = true
      for (const connection of connections) connection.close()
      await Promise.all(working)
    },
  }
}

/** Nobody answers, or the database is away. Any other status is one that the app must not give, and is left at that. */
export const isAway = (status: number) => status === 0 || status === 503

/** 0 when none comes in time. */
async function answerTo(connection: Connection, request: Buffer): Promise<number> {
  const late = setTimeout(() => connection.close(), ANSWER_WITHIN_MS)
  const status = await connection.send(request)
  clearTimeout(late)
  return status
}
