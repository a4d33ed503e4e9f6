/** What happens to the installation, or to the shop itself. Needs no token: after an uninstall there is none that works. */
import type { PoolClient } from 'pg'
import { recordUninstall, updateDetails } from '~/db/shops.server'
import { type Delivery, observedAtOf, type Outcome } from './delivery'
import { recordDeliveries } from './record-deliveries.server'

type Handler = (client: PoolClient, delivery: Delivery) => Promise<Outcome>

/** Each runs inside a transaction. */
export const lifecycleTopics: Readonly<Record<string, Handler>> = {
  'app/uninstalled': uninstall,
  'app/scopes_update': updateScopes,
  'shop/update': updateShop,
}

interface Installation {
  id: string
  /** The shop has authorized the app after the delivery was triggered: the delivery is old news. */
  isNewer: boolean
  isInstalled: boolean
}

async function uninstall(client: PoolClient, delivery: Delivery): Promise<Outcome> {
  const shop = await findInstallation(client, delivery)
  if (shop?.isNewer) return recordAs(client, delivery, shop, 'the shop has authorized the app anew since')
  const outcome = shop === null ? 'ignored' : await recordAs(client, delivery, shop, null)
  if (outcome === 'duplicate') return outcome
  if (shop !== null) await recordUninstall(client, shop.id, observedAtOf(delivery))
  await client.query('delete from sessions where shop = $1', [delivery.shopDomain])
  return outcome
}

/** Scopes can change without the merchant being in the app, where the session would learn of it. */
async function updateScopes(client: PoolClient, delivery: Delivery): Promise<Outcome> {
  const shop = await findInstallation(client, delivery)
  if (shop === null) return 'ignored'
  if (shop.isNewer) return recordAs(client, delivery, shop, 'the shop has authorized the app anew since')
  const { current } = delivery.body
  if (!Array.isArray(current)) return recordAs(client, delivery, shop, 'the body does not name the scopes')
  if (await knowsNewer(client, shop, delivery)) return recordAs(client, delivery, shop, 'newer scopes are known')
  const outcome = await recordAs(client, delivery, shop, null)
  if (outcome === 'duplicate') return outcome
  const scopes = current.join(',')
  await client.query('update shops set scopes = $2, updated_at = now() where id = $1', [shop.id, scopes])
  await client.query('update sessions set scope = $2 where shop = $1 and not is_online', [delivery.shopDomain, scopes])
  return outcome
}

/**
 * Name, plan, currency and timezone of the shop. Whether it has installed the app since does not matter here: what a
 * merchant's visit renews is the token, not these.
 */
async function updateShop(client: PoolClient, delivery: Delivery): Promise<Outcome> {
  const shop = await findInstallation(client, delivery)
  if (shop === null) return 'ignored'
  if (!shop.isInstalled) return recordAs(client, delivery, shop, 'the shop does not have the app installed')
  if (await knowsNewer(client, shop, delivery)) return recordAs(client, delivery, shop, 'a newer update is known')
  const outcome = await recordAs(client, delivery, shop, null)
  if (outcome === 'duplicate') return outcome
  const { name, plan_display_name: plan, currency, iana_timezone: timezone } = delivery.body
  await updateDetails(client, shop.id, {
    name: filledOrNull(name),
    plan: filledOrNull(plan),
    currency: filledOrNull(currency),
    timezone: filledOrNull(timezone),
  })
  return outcome
}

const filledOrNull = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)

/**
 * Shopify's clock says when the delivery was triggered, ours when the app got its token. Within what may lie between them the
 * delivery is believed: a shop that is taken for uninstalled in error is right again as soon as its merchant's page asks
 * for anything, while one that is taken for installed in error would keep tokens and data.
 */
const CLOCKS_MAY_DIFFER = "interval '5 minutes'"

async function findInstallation(client: PoolClient, delivery: Delivery): Promise<Installation | null> {
  const { rows } = await client.query<Installation>(
    `select id,
       coalesce(greatest(installed_at, authorized_at) > $2::timestamptz + ${CLOCKS_MAY_DIFFER}, false) as "isNewer",
       installed_at is not null and uninstalled_at is null as "isInstalled"
     from shops
     where domain = $1
     for no key update`,
    [delivery.shopDomain, observedAtOf(delivery)],
  )
  return rows[0] ?? null
}

async function knowsNewer(client: PoolClient, { id }: Installation, delivery: Delivery): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from webhook_deliveries
     where shop_id = $1 and topic = $2 and state = 'applied'
       and coalesce(triggered_at, received_at) > $3::timestamptz
     limit 1`,
    [id, delivery.topic, observedAtOf(delivery)],
  )
  return rowCount === 1
}

/** Ignored when there is a reason to. Without the body, which names the shop's owner and serves nothing more. */
async function recordAs(
  client: PoolClient,
  delivery: Delivery,
  shop: Installation,
  reasonToIgnore: string | null,
): Promise<Outcome> {
  const state = reasonToIgnore === null ? 'applied' : 'ignored'
  const row = { shopId: shop.id, delivery, state, attempts: 1, error: reasonToIgnore, payload: null } as const
  const [id] = await recordDeliveries(client, [row])
  return id === null ? 'duplicate' : state
}
