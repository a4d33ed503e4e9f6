/** Whether the books of all runs of a shop balance, in the end. By its own arithmetic, not the app's. */
import type pg from 'pg'
import { Divergence } from './story.ts'

interface Run {
  id: string
  sync_type: string
  state: string
  success: boolean | null
  error: string | null
  isClosed: boolean
  expected: number | null
  processed: number
  written: number
  unchanged: number
  skipped: number
  books: Record<'said' | 'before' | 'inside' | 'after' | 'again' | 'written' | 'unchanged', number> & {
    saidAfter: number | null
    exact: boolean
    maybeAgain: number
    skipped: Record<string, number>
  }
}

export async function checkBooks(admin: pg.Client, shopId: string): Promise<void> {
  const { rows } = await admin.query<Run>(
    `select id, sync_type, state, success, error, finished_at is not null and duration >= 0 as "isClosed",
       records_expected as expected, records_processed as processed, records_written as written,
       records_unchanged as unchanged, records_skipped as skipped, books
     from sync_logs where shop_id = $1 order by id`,
    [shopId],
  )
  for (const run of rows) {
    const wrong = whatIsWrong(run)
    if (wrong !== null) throw new Divergence(`run ${run.id} of ${run.sync_type} (${run.state}): ${wrong}`)
  }
}

function whatIsWrong(run: Run): string | null {
  if (!run.isClosed) return 'it was never closed'
  if (run.state !== 'succeeded') return run.error === null || run.success ? 'it ended without a reason' : null
  if (run.success !== true || run.error !== null) return 'it does not say that it succeeded'
  const { books } = run
  const skipped = Object.values(books.skipped).reduce((sum, count) => sum + count, 0)
  const read = books.before + books.inside + books.after + books.again
  if (run.processed !== run.written + run.unchanged + run.skipped) return 'what was processed is not accounted for'
  if (run.processed !== read || run.expected !== books.said) return 'its row does not say what its books say'
  if (run.written !== books.written || run.unchanged !== books.unchanged || run.skipped !== skipped) {
    return 'its row does not say what its books say became of the records'
  }
  return isCounted(run) ? null : `Shopify counted ${books.said}, then ${books.saidAfter}; ${books.inside} were read`
}

/** What was read inside the window lies between Shopify's counts; the counts of customers by day know no window. */
function isCounted({ sync_type: resource, books }: Run): boolean {
  const bounds = [books.said, books.saidAfter ?? books.said]
  const isBetween = (count: number) =>
    count >= Math.min(...bounds) && (!books.exact || count - books.maybeAgain <= Math.max(...bounds))
  return isBetween(books.inside) || (resource === 'customers' && isBetween(books.before + books.inside + books.after))
}

export async function checkEnds(admin: pg.Client, shopId: string): Promise<void> {
  const { rows } = await admin.query<{ what: string; count: number }>(
    `select 'reconciliations that run' as what, count(*)::int from reconciliations where shop_id = $1 and state = 'running'
     union all
     select 'deliveries that are pending', count(*)::int from webhook_deliveries where shop_id = $1 and state = 'pending'
     union all
     select 'deliveries that are dead', count(*)::int from webhook_deliveries where shop_id = $1 and state = 'dead'
     union all
     select 'deliveries without a reason', count(*)::int from webhook_deliveries
     where shop_id = $1 and state = 'ignored' and error is null
     union all
     select 'records set aside', count(*)::int from set_aside_records where shop_id = $1
     union all
     select 'resources that are not in order', count(*)::int from sync_states
     where shop_id = $1 and (watermark is null or checkpoint is not null or consecutive_failures > 0)`,
    [shopId],
  )
  for (const { what, count } of rows) if (count > 0) throw new Divergence(`in the end there are ${count} ${what}`)
}
