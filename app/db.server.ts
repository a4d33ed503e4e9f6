/** The sole pool and the sole PrismaClient, on the same connections. */
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '@prisma/client'
import pg from 'pg'
import { env } from './env.server'
import { log } from './log.server'

// Vite loads modules anew in development; the pool must not be opened again each time.
const kept = globalThis as typeof globalThis & { lockstepPool?: pg.Pool; lockstepPrisma?: PrismaClient }

function openPool(): pg.Pool {
  const opened = new pg.Pool({
    connectionString: env.DATABASE_URL,
    max: env.DATABASE_POOL_SIZE,
    // Shopify gives a webhook five seconds: there must be time left to answer that the database is away.
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  opened.on('error', (err) => log.warn({ err }, 'an idle database connection broke'))
  return opened
}

export const pool = (kept.lockstepPool ??= openPool())
export const prisma = (kept.lockstepPrisma ??= new PrismaClient({ adapter: new PrismaPg(pool) }))

/** Ends the pool. What is under way is waited for. */
export async function closeDatabase(): Promise<void> {
  await prisma.$disconnect()
  await pool.end()
  delete kept.lockstepPool
  delete kept.lockstepPrisma
}
