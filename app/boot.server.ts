/** Starts what this process's ROLES ask for (web, worker, scheduler) and stops it gracefully. */
import type { ServerBuild } from '@remix-run/node'
import type { RequestHandler } from 'express'
import { closeDatabase, pool } from './db.server'
import { ensurePartitionsAtStart } from './db/delivery-partitions.server'
import { env } from './env.server'
import { boss, stopBoss } from './jobs/boss.server'
import { startScheduler } from './jobs/schedule.server'
import { startWorker } from './jobs/worker.server'
import { log } from './log.server'
import { startWeb } from './web.server'

export interface BootOptions {
  /** Remix's server build, or a function that gives the newest one in development. */
  build: ServerBuild | (() => Promise<ServerBuild>)
  /** Vite's middlewares in development. */
  middlewares?: RequestHandler
  mode: 'production' | 'development'
}

export interface Running {
  /** The port that is served, or null without the role `web`. */
  port: number | null
  /** Answers what is under way, ends runs at their next page, closes the database. */
  stop(): Promise<void>
}

export async function boot(options: BootOptions): Promise<Running> {
  const has = (role: (typeof env.ROLES)[number]) => env.ROLES.includes(role)
  await boss()
  const left = await ensurePartitionsAtStart(pool, new Date())
  if (left.length > 0) log.warn({ partitions: left }, 'partitions are locked and left to the next cleanup')
  const parts: { stop(): Promise<void> }[] = []
  if (has('worker')) parts.push(await startWorker())
  if (has('scheduler')) parts.push(startScheduler())
  const web = has('web') ? await startWeb(options) : null
  if (web !== null) parts.push(web)
  log.info({ roles: env.ROLES, port: web?.port }, 'Lockstep is running')
  return {
    port: web?.port ?? null,
    async stop() {
      log.info('stopping')
      await Promise.all(parts.map((part) => part.stop()))
      await stopBoss(0)
      await closeDatabase()
      log.info('stopped')
    },
  }
}
