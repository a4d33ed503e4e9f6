/** Whether the copy is the shop. */
import type pg from 'pg'
import { compareShop } from '../../scripts/compare/compare-shop.ts'
import { isListed } from '../../sandbox/abandoned.ts'
import type { ShopStore } from '../../sandbox/contract.ts'
import { Divergence } from './story.ts'

/**
 * Throws Divergence: every field of every row, and no row partial where Shopify lists the records. `untold`: tokens of
 * carts and checkouts of which the app cannot know all.
 */
export async function compareCopy(
  admin: pg.Client,
  store: ShopStore,
  untold: ReadonlySet<string>,
  when: string,
): Promise<void> {
  const { tables } = await compareShop(admin, store)
  const isUntold = (table: string, id: string) => {
    const checkout = store.checkouts.get(id)
    if (table === 'carts') return untold.has(id)
    return table === 'checkouts' && checkout !== undefined && untold.has(checkout.token) && !isListed(checkout)
  }
  const wrong = tables.flatMap(({ table, missing, extra, different, partial, examples }) => {
    const excused = examples.filter(({ id }) => isUntold(table, id)).length
    if (missing + extra + different + partial === excused) return []
    const places = examples.map(({ id, what }) => `${id}: ${what}`).join('; ')
    return `${table}: ${missing} missing, ${extra} extra, ${different} different, ${partial} partial; ${places}`
  })
  if (wrong.length > 0) throw new Divergence(`${when} the copy is not the shop:\n  ${wrong.join('\n  ')}`)
}

interface Proof {
  resource: string
  state: string
  error: string | null
  drift: number
  found: { id: string; kind: string }[]
}

/** Throws Divergence: what the newest reconciliation of each resource found. */
export async function expectNoDrift(admin: pg.Client, shopId: string, when: string): Promise<void> {
  const { rows } = await admin.query<Proof>(
    `select distinct on (resource) resource, state, error, missing + stale + different + vanished as drift,
       (select coalesce(json_agg(json_build_object('id', record_id, 'kind', kind)), '[]')
        from reconciliation_differences where reconciliation_id = proof.id) as found
     from reconciliations as proof where shop_id = $1 order by resource, id desc`,
    [shopId],
  )
  for (const { resource, state, error, drift, found } of rows) {
    if (state !== 'succeeded') throw new Divergence(`${when} of ${resource} ${state}: ${error}`)
    if (drift !== found.length)
      throw new Divergence(`${when} of ${resource} counts ${drift} differences, and names others`)
    const places = found.map(({ id, kind }) => `${id} ${kind}`).join(', ')
    if (places !== '') throw new Divergence(`${when} of ${resource} found drift: ${places}`)
  }
}
