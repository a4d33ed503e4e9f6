/**
 * The pool and the PrismaClient on it, and the inbox's own pool: a webhook waits for no pull to give a connection back. Both
 * together have as many connections as the settings say.
 */
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@prisma/client'
import pg from 'pg'
import { Client } from './db/client.server'
import { env } from './env.server'
import { log } from './log.server'

// Vite loads modules anew in development; the pool must not be opened again each time.
const kept = globalThis as typeof globalThis & {
  lockstepPool?: pg.Pool
  lockstepInboxPool?: pg.Pool
  lockstepPrisma?: PrismaClient
}

/** As many as the inbox does at once: see inbox.server.ts. Less where there are few; none where no webhooks arrive. */
const inboxSize = env.ROLES.includes('web') ? Math.min(9, Math.max(2, Math.floor(env.DATABASE_POOL_SIZE * 0.45))) : 0

function openPool(options: pg.PoolConfig): pg.Pool {
  const opened = new pg.Pool({
    Client,
    connectionString: env.DATABASE_URL,
    // Shopify gives a webhook five seconds: there must be time left to answer that the database is away.
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    ...options,
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  opened.on('error', (err) => log.warn({ err }, 'an idle database connection broke'))
  return opened
}

export const pool = (kept.lockstepPool ??= openPool({ max: env.DATABASE_POOL_SIZE - inboxSize }))
/** Its connections are pipelined: for statements, not for COPY or cursors. */
export const inboxPool = (kept.lockstepInboxPool ??= openPool({ max: Math.max(1, inboxSize), pipeline: true }))
export const prisma = (kept.lockstepPrisma ??= new PrismaClient({ adapter: new PrismaPg(pool) }))

/**
 * How many of `pool` may be held at once by each kind of work that talks to Shopify meanwhile, beside the runs: for what such
 * work asks of the pool itself, and for pages, there must be some left.
 */
export const heldConnections = Math.max(1, Math.floor(pool.options.max / 6))

/** All connections of `pool` were taken for as long as one waits for them. Through Prisma it has the same words. */
export const isOutOfConnections = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('timeout exceeded when trying to connect')

/** Ends the pools. What is under way is waited for. */
export async function closeDatabase(): Promise<void> {
  await prisma.$disconnect()
  await Promise.all([pool.end(), inboxPool.end()])
  delete kept.lockstepPool
  delete kept.lockstepInboxPool
  delete kept.lockstepPrisma
}
