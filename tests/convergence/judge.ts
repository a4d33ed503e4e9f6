/** Whether the copy is the shop. */
import type pg from 'pg'
import { compareShop } from '../../scripts/compare/compare-shop.ts'
import type { ShopStore } from '../../sandbox/contract.ts'
import { Divergence } from './story.ts'

/** Throws Divergence: every field of every row, and no row partial where Shopify lists the records. */
export async function compareCopy(admin: pg.Client, store: ShopStore, when: string): Promise<void> {
  const { tables } = await compareShop(admin, store)
  const wrong = tables.flatMap(({ table, missing, extra, different, partial, examples }) => {
    if (missing + extra + different + partial === 0) return []
    const places = examples.map(({ id, what }) => `${id}: ${what}`).join('; ')
    return `${table}: ${missing} missing, ${extra} extra, ${different} different, ${partial} partial; ${places}`
  })
  if (wrong.length > 0) throw new Divergence(`${when} the copy is not the shop:\n  ${wrong.join('\n  ')}`)
}

/** Throws Divergence: what the newest reconciliation of each resource found. */
export async function expectNoDrift(admin: pg.Client, shopId: string, when: string): Promise<void> {
  const { rows } = await admin.query<{ resource: string; state: string; error: string | null; found: string }>(
    `select distinct on (resource) resource, state, error,
       concat_ws(', ', nullif(missing, 0) || ' missing', nullif(stale, 0) || ' stale', nullif(different, 0) || ' different',
         nullif(vanished, 0) || ' vanished') as found
     from reconciliations where shop_id = $1 order by resource, id desc`,
    [shopId],
  )
  for (const { resource, state, error, found } of rows) {
    if (state !== 'succeeded') throw new Divergence(`${when} of ${resource} ${state}: ${error}`)
    if (found !== '') throw new Divergence(`${when} of ${resource} found drift: ${found}`)
  }
}
