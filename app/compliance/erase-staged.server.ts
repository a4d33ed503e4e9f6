/** Erases a person from what bulk loads have read and not merged yet. */
import type { PoolClient } from 'pg'
import { stagedTables } from '~/db/staged-loads.server'
import { isResourceName, type ResourceName } from '~/resources/resource'
import { rememberErased } from './erased-records.server'
import { bearsAddress, type FoundPerson, idParameters } from './person-rows.server'
import { PERSONAL_CHILD_COLUMNS, PERSONAL_COLUMNS } from './personal-columns'

/** How a parent is known to be the person's. */
const IS_THEIRS: Readonly<Partial<Record<ResourceName, string>>> = {
  customers: 'parent.id = person.customer_id',
  orders: `(parent.customer_id = person.customer_id or parent.id = any (person.order_ids)
    or ${bearsAddress('parent', 'person.emails', 'person.phones')})`,
  checkouts: '(parent.customer_id = person.customer_id or parent.id = any (person.checkout_ids))',
}

const PERSON = `select $1::bigint as shop_id, $2::bigint as customer_id, $3::bigint[] as order_ids, $4::bigint[] as checkout_ids,
  $5::text[] as emails, $6::text[] as phones`

/**
 * The rows stay, without the person: a load that lacks rows would not balance. Returns how many were changed. What is staged
 * after this is looked at when it is merged: see app/db/erased-people.server.ts.
 */
export async function eraseFromStaging(client: PoolClient, shopId: string, person: FoundPerson): Promise<number> {
  let changed = 0
  for (const { name, parents, resource, part, columns } of await stagedTables(client, shopId)) {
    if (!isResourceName(resource)) continue
    const isTheirs = IS_THEIRS[resource]
    if (isTheirs === undefined) continue
    const ofPart = part === 'parents' ? PERSONAL_COLUMNS[resource] : (PERSONAL_CHILD_COLUMNS[part] ?? [])
    // A load that only compares ids has no others.
    const personal = ofPart.filter((column) => columns.includes(column))
    if (personal.length === 0) continue
    // A digest would say that the copy, which lacks the person, differs.
    const emptied = [...personal, 'digest']
    const { rows } = await client.query<{ id: string }>(
      `update ${name} as staged set ${emptied.map((column) => `${column} = null`).join(', ')}
       from ${parents} as parent, (${PERSON}) as person
       where ${isTheirs} and parent.id = staged.${part === 'parents' ? 'id' : 'parent_id'}
       returning staged.id`,
      [...idParameters(shopId, person), person.emails, person.phones],
    )
    changed += rows.length
    // Among them are some that the copy does not have.
    if (part === 'parents' && (resource === 'orders' || resource === 'checkouts')) {
      const ids = rows.map(({ id }) => id)
      await rememberErased(client, shopId, resource, ids)
    }
  }
  return changed
}
