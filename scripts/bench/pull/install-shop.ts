import pg from 'pg'
import type { SandboxShop } from '../../../sandbox/contract.ts'

interface Granted {
  access_token: string
  refresh_token: string
  scope: string
}

/** Gets a token as the app does when a merchant opens it, and records shop and token. Returns the shop's id. */
export async function installShop(
  databaseUrl: string,
  sandboxUrl: string,
  shop: SandboxShop,
  { apiKey, apiSecret }: { apiKey: string; apiSecret: string },
): Promise<string> {
  const answer = await fetch(`${sandboxUrl}/${shop.domain}/admin/oauth/access_token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_id: apiKey,
      client_secret: apiSecret,
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: shop.sessionToken(),
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      requested_token_type: 'urn:shopify:params:oauth:token-type:offline-access-token',
      expiring: '1',
    }),
  })
  if (!answer.ok) throw new Error(`no token: ${await answer.text()}`)
  const granted = (await answer.json()) as Granted
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(
      `insert into sessions (id, shop, state, is_online, scope, access_token, refresh_token, expires)
       values ('offline_' || $1, $1, '', false, $2, $3, $4, now() + interval '1 hour')`,
      [shop.domain, granted.scope, granted.access_token, granted.refresh_token],
    )
    const { rows } = await client.query<{ id: string }>(
      `insert into shops (domain, scopes, installed_at, timezone) values ($1, $2, now(), 'UTC') returning id`,
      [shop.domain, granted.scope],
    )
    return rows[0]!.id
  } finally {
    await client.end()
  }
}
