/** What the buttons of the settings page do. */
import type { SettingsAnswer, SettingsRequest } from '~/components/settings/settings-request'
import type { ShopRow } from '~/db/shops.server'
import { type ManageOutcome, manageSubscriptions } from '~/webhooks/subscriptions/manage.server'
import { makeApiKey, revokeApiKey } from './api-keys.server'
import { MOST_KEYS } from './key-limits'
import { PATIENCE_MS } from './patience'

export async function settingsAction(shop: ShopRow, wish: SettingsRequest): Promise<SettingsAnswer> {
  switch (wish.intent) {
    case 'create-key':
      return createKey(shop.id, wish.name)
    case 'revoke-key':
      // A key that another tab has revoked already is as it should be.
      await revokeApiKey(shop.id, wish.id)
      return { outcome: 'key-revoked' }
    case 'register':
    case 'unregister': {
      const options = { signal: AbortSignal.timeout(PATIENCE_MS), isInteractive: true }
      return {
        outcome: 'subscriptions',
        ...sayWhatBecame(await manageSubscriptions(shop, { action: wish.intent }, options)),
      }
    }
  }
}

async function createKey(shopId: string, name: string): Promise<SettingsAnswer> {
  const made = await makeApiKey(shopId, name)
  if (made.outcome === 'too-many') {
    return {
      outcome: 'key-refused',
      error: `There are ${MOST_KEYS} keys, which is the most. Revoke one that is not used.`,
    }
  }
  return { outcome: 'key-made', made: { id: made.apiKey.id, name: made.apiKey.name, key: made.key } }
}

function sayWhatBecame(managed: ManageOutcome): { text: string; isFailure: boolean } {
  if (managed.outcome === 'busy') {
    return {
      text: 'Subscriptions are being changed already, of this shop or of others. Asking again is safe: try again in a moment.',
      isFailure: true,
    }
  }
  if (managed.outcome === 'unreadable') return { text: managed.reason, isFailure: true }
  const failed = managed.results.filter(({ outcome }) => outcome === 'failed')
  if (failed.length > 0) {
    return { text: failed.map(({ topic, reason }) => `${topic}: ${reason}`).join(' '), isFailure: true }
  }
  const changed = managed.results.filter(({ outcome }) => outcome !== 'unchanged').length
  const topics = changed === 1 ? '1 topic' : `${changed} topics`
  return { text: changed === 0 ? 'There was nothing to change.' : `Done: ${topics} changed.`, isFailure: false }
}
