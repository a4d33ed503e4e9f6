import { prepared } from '~/db/prepared'
import type { Statements } from '~/db/statements'

export interface InboxShop {
  id: string
  domain: string
  isInstalled: boolean
  /** False while the shop, or a person in it, is being erased: nothing may be written for it now. */
  isHeld: boolean
}

/**
 * The shops of these domains, by domain, and the promise that those which are held are not erased before this
 * transaction ends: whoever erases takes the row `for update`. It does not wait for one that is being erased.
 */
export async function holdShops(client: Statements, domains: Iterable<string>): Promise<Map<string, InboxShop>> {
  const { rows } = await client.query<InboxShop>(
    prepared(
      `with held as materialized (
       select id from shops where domain = any ($1::text[]) order by id for key share skip locked
     )
     select id, domain, installed_at is not null and uninstalled_at is null as "isInstalled",
       id in (select id from held) as "isHeld"
     from shops
     where domain = any ($1::text[])`,
      [[...new Set(domains)]],
    ),
  )
  return new Map(rows.map((shop) => [shop.domain, shop]))
}
