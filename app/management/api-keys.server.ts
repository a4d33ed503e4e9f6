/**
 * Keys of the management API, one merchant's for programs of their own. A key is 32 random bytes: nobody guesses it, so a
 * plain SHA-256 of it is as safe as a slow hash, and can be looked up. It is shown once and stored nowhere.
 */
import { hash, randomBytes } from 'node:crypto'
import type { PoolClient } from 'pg'
import { type ShopRow, shopById } from '~/db/shops.server'
import { pool } from '~/db.server'
import { inTransaction } from '~/transaction.server'
import { MOST_KEYS } from './key-limits'

export interface ApiKey {
  id: string
  name: string
  /** How the key begins: enough to tell it from others, far too little to use it. */
  prefix: string
  createdAt: Date
  /** To the minute. */
  lastUsedAt: Date | null
}

export type MadeKey =
  /** `key`: the whole of it, now or never. */
  { outcome: 'made'; key: string; apiKey: ApiKey } | { outcome: 'too-many' }

const MARK = 'lk_'
const KEY_BYTES = 32
const PREFIX_LENGTH = MARK.length + 6

const COLUMNS = 'id, name, prefix, created_at as "createdAt", last_used_at as "lastUsedAt"'
const LIVE = 'revoked_at is null'

const hashOf = (key: string): Buffer => hash('sha256', key, 'buffer')

/** `name`: what the merchant calls it, 1 to 60 characters. Throws when the shop has been erased. */
export async function makeApiKey(shopId: string, name: string): Promise<MadeKey> {
  const key = `${MARK}${randomBytes(KEY_BYTES).toString('base64url')}`
  return inTransaction(pool, async (client) => {
    if ((await countLive(client, shopId)) >= MOST_KEYS) return { outcome: 'too-many' }
    const { rows } = await client.query<ApiKey>(
      `insert into api_keys (shop_id, name, prefix, hash) values ($1, $2, $3, $4) returning ${COLUMNS}`,
      [shopId, name, key.slice(0, PREFIX_LENGTH), hashOf(key)],
    )
    return { outcome: 'made', key, apiKey: rows[0]! }
  })
}

/** Holds the shop's row, so that two who make a key at the same time are counted one after the other. */
async function countLive(client: PoolClient, shopId: string): Promise<number> {
  const { rowCount } = await client.query('select from shops where id = $1 for no key update', [shopId])
  if (rowCount === 0) throw new Error('The shop has been erased.')
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from api_keys where shop_id = $1 and ${LIVE}`,
    [shopId],
  )
  return rows[0]!.count
}

/** Those that work, newest first. */
export async function listApiKeys(shopId: string): Promise<ApiKey[]> {
  const { rows } = await pool.query<ApiKey>(
    `select ${COLUMNS} from api_keys where shop_id = $1 and ${LIVE} order by created_at desc, id desc`,
    [shopId],
  )
  return rows
}

/** From now on the key does not work. False when the shop has no such key that works. */
export async function revokeApiKey(shopId: string, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update api_keys set revoked_at = now() where shop_id = $1 and id = $2 and ${LIVE}`,
    [shopId, id],
  )
  return rowCount === 1
}

const FIND = `
  with found as (
    select id, shop_id from api_keys where hash = $1 and ${LIVE}
  ), noted as (
    update api_keys set last_used_at = now()
    from found
    where api_keys.id = found.id and (last_used_at is null or last_used_at < now() - interval '1 minute')
  )
  select shop_id as "shopId" from found`

/**
 * The shop that the key was made for, whether or not it still has the app. Null for a key that is unknown or revoked. Whatever
 * the text is, it is hashed and looked up by the hash, so that the time it takes tells nothing of the keys there are.
 */
export async function shopOfApiKey(key: string): Promise<ShopRow | null> {
  const { rows } = await pool.query<{ shopId: string }>(FIND, [hashOf(key)])
  return rows[0] === undefined ? null : shopById(rows[0].shopId)
}
