import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedPostgres, startPostgres } from './embedded-postgres.ts'
import { killServer } from './postgres/kill-server.ts'

/** A PostgreSQL that keeps its data through a kill, at one address. */
export interface KillablePostgres {
  url: string
  /** SIGKILL to all its processes: no goodbye to anybody, and recovery when it starts again. */
  kill(): Promise<void>
  startAgain(): Promise<void>
  /** Stops it and removes its data. */
  remove(): Promise<void>
}

/** `port` 0: a free one, which another program may take while the server is down. */
export async function startKillablePostgres({ port = 0 } = {}): Promise<KillablePostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lockstep-kill-'))
  const start = (at: number) => startPostgres({ dataDir, persistent: true, port: at, tell: () => undefined })
  let starting: Promise<EmbeddedPostgres> = start(port)
  const { url, folder } = await starting
  let isRemoved = false
  return {
    url,
    async kill() {
      killServer(join(folder, 'cluster'))
      // The keeper says that its server has ended by ending itself.
      await (await starting).stop()
    },
    async startAgain() {
      if (isRemoved) throw new Error('this PostgreSQL has been removed')
      starting = start(Number(new URL(url).port))
      await starting
    },
    async remove() {
      isRemoved = true
      await (await starting.catch(() => null))?.stop()
      for (const each of [folder, dataDir]) rmSync(each, { recursive: true, force: true })
    },
  }
}
