import { pool } from '~/db.server'

export interface Health {
  ok: boolean
  /** What was looked at, each `ok` or what is wrong with it. */
  checks: Record<string, string>
}

const PATIENCE_MS = 2_000

/** Whether this process can serve: the database answers and has the tables. */
export async function checkHealth(): Promise<Health> {
  const database = await checkDatabase()
  return { ok: database === 'ok', checks: { database } }
}

async function checkDatabase(): Promise<string> {
  const late = new Promise<string>((resolve) => {
    setTimeout(resolve, PATIENCE_MS, `does not answer within ${PATIENCE_MS / 1000} s`).unref()
  })
  // The reason is named by PostgreSQL's or the system's code alone: a message could quote the address.
  const asked = pool.query('select 1 from sync_states limit 1').then(
    () => 'ok',
    (error: Error & { code?: string }) =>
      error.code === '42P01' ? 'has no tables: run npm run db:migrate' : `cannot be used (${error.code ?? error.name})`,
  )
  return Promise.race([asked, late])
}
