/** The sole pg-boss. Every process can enqueue; only those with the role `worker` take jobs. */
import { PgBoss } from 'pg-boss'
import { pool } from '~/db.server'
import { log } from '~/log.server'
import { catalogue, JOB_NAMES } from './catalogue'

let starting: Promise<PgBoss> | undefined

/** pg-boss on the app's own pool, its tables and queues made. */
export function boss(): Promise<PgBoss> {
  return (starting ??= start().catch((error: unknown) => {
    starting = undefined
    throw error
  }))
}

async function start(): Promise<PgBoss> {
  const instance = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values as unknown[]) },
    // Jobs are scheduled by app/jobs/schedule.server.ts.
    schedule: false,
    // How soon the job of a process that died is given to another, once its heartbeat is missing.
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    // Which keys have a job at work is noted by that watch and read with the queues; those keys' next jobs are left until
    // both have been renewed.
    queueCacheIntervalSeconds: 2,
  })
  instance.on('error', (err) => log.error({ err }, 'the job queue reports an error'))
  await instance.start()
  for (const name of JOB_NAMES) await instance.createQueue(name, { ...catalogue[name].queue })
  return instance
}

/** Takes no more jobs and waits up to `timeoutMs` for those at work. */
export async function stopBoss(timeoutMs: number): Promise<void> {
  const instance = await starting
  // A run that is interrupted asks for its continuation while this waits.
  await instance?.stop({ graceful: true, timeout: timeoutMs, close: false })
  starting = undefined
}
