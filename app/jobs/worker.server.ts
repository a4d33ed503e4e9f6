import type { PgBoss } from 'pg-boss'
import { env } from '~/env.server'
import { withoutContent } from '~/error-text'
import { log } from '~/log.server'
import { boss, stopBoss } from './boss.server'
import { catalogue, JOB_NAMES, type JobName, type Payload } from './catalogue'
import { handlers } from './handlers.server'
import { TryAgain } from './try-again'

const POLL_SECONDS = 0.5
const DRAIN_MS = 20_000

/** How many jobs of a kind this process does at the same time. */
const WORKERS: Readonly<Record<JobName, number>> = {
  sync: env.SYNC_CONCURRENCY,
  'first-copy': env.FIRST_COPY_CONCURRENCY,
  reconcile: env.FIRST_COPY_CONCURRENCY,
  'apply-pending': env.SYNC_CONCURRENCY,
  'webhook-subscriptions': 1,
  'data-export': 1,
  cleanup: 1,
  // One of each pass.
  'webhook-rollup': 2,
}

/** Takes jobs until stopped. Stopping tells runs to end at their next page and waits for them. */
export async function startWorker(): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController()
  const queue = await boss()
  for (const name of JOB_NAMES) {
    for (let count = 0; count < WORKERS[name]; count++) await startOne(queue, name, stopping.signal)
  }
  return {
    async stop() {
      stopping.abort()
      await stopBoss(DRAIN_MS)
    },
  }
}

/** Takes one job after the other, and looks for new ones twice a second when there was none. */
async function startOne(queue: PgBoss, name: JobName, stopping: AbortSignal): Promise<void> {
  const options = { batchSize: 1, pollingIntervalSeconds: POLL_SECONDS, groupConcurrency: 1 }
  const id: string = await queue.work(name, options, async ([job]) => {
    try {
      await perform(name, job!.data, stopping)
    } finally {
      // Where there was a job there may be another: it is not left until the next look.
      queue.notifyWorker(id)
    }
  })
}

async function perform<Name extends JobName>(name: Name, data: unknown, stopping: AbortSignal): Promise<void> {
  const payload = catalogue[name].payload.parse(data) as Payload<Name>
  try {
    await handlers[name](payload, stopping)
  } catch (err) {
    const ids = { job: name, ...('shopId' in payload ? { shopId: payload.shopId } : {}) }
    if (err instanceof TryAgain) log.info({ ...ids, reason: err.message }, 'job will be tried again')
    else log.error({ ...ids, err }, 'job failed and will be tried again')
    // pg-boss writes all of it into the job's row.
    throw withoutContent(err)
  }
}
