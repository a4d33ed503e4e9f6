import type { PoolClient } from 'pg'
import type { Resource } from '~/resources/resource'
import type { Range } from '~/sync/window'
import { CREATED_WITHIN, selectVanished } from './mirror-sql'

export interface Listed {
  ids: readonly string[]
  /** A select of more ids. */
  alsoIn?: string
  /** When the list was begun. */
  listedAt: string
  /** What the list is of; null: everything. */
  range: Range | null
}

/** Records of the copy that Shopify did not list. `isUnseen`: it may be there all the same, too old to be shown. */
export async function findVanished(
  client: PoolClient,
  shopId: string,
  resource: Resource,
  { ids, alsoIn, listedAt, range }: Listed,
): Promise<{ id: string; isUnseen: boolean; copyUpdatedAt: Date | null }[]> {
  const within = range === null ? [] : [range.from, range.to]
  const { rows } = await client.query<{ id: string; isUnseen: boolean; copyUpdatedAt: Date | null }>(
    selectVanished(resource.table, alsoIn, range === null ? undefined : CREATED_WITHIN),
    [shopId, ids, listedAt, resource.unseenAfterDays, ...within],
  )
  return rows
}
