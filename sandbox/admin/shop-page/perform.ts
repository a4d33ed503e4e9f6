import type { SandboxShop } from '../../contract.ts'
import { requestedChange } from './changes-from-forms.ts'
import type { View } from './view.ts'

const randomChanges = 20

/** What the page says after a form did its work, by the word that stands in its address. */
export const doneSentences: Record<string, string> = {
  saved: 'Saved.',
  unchanged: 'Nothing was changed, so nothing was saved.',
  created: 'Added.',
  deleted: 'Deleted.',
  paid: 'The order is paid.',
  cancelled: 'The order is cancelled.',
  refunded: 'One unit is refunded.',
  fulfilled: 'The order is fulfilled.',
  shuffled: `${randomChanges} random changes were made.`,
  'webhooks-on': 'Webhooks are delivered again.',
  'webhooks-off': 'Webhooks are off: what changes now is never announced.',
}

const doneByAction: Record<string, string> = {
  'order.pay': 'paid',
  'order.cancel': 'cancelled',
  'order.refund': 'refunded',
  'order.fulfill': 'fulfilled',
}

export type Performed =
  /** Go to this view and say so. */
  | { outcome: 'done'; view: View; done: string }
  | { outcome: 'refused'; action: string; message: string }
  | { outcome: 'unknown' }

/** Does what a posted form asks for. `random` drives the random changes: 0 <= n < 1. */
export function perform(shop: SandboxShop, view: View, form: URLSearchParams, random: () => number): Performed {
  const action = form.get('action') ?? ''
  if (action === 'webhooks.switch') {
    shop.webhooks.enabled = form.get('on') === '1'
    return { outcome: 'done', view, done: shop.webhooks.enabled ? 'webhooks-on' : 'webhooks-off' }
  }
  if (action === 'changes.random') {
    for (let made = 0; made < randomChanges; made++) shop.apply(shop.randomChange(random))
    return { outcome: 'done', view, done: 'shuffled' }
  }

  const requested = requestedChange(shop.store, action, view.id ?? '', form)
  if (!requested) return { outcome: 'unknown' }
  if (requested.outcome === 'refused') return { outcome: 'refused', action, message: requested.message }
  if (requested.outcome === 'unchanged') return { outcome: 'done', view, done: 'unchanged' }
  try {
    const id = shop.apply(requested.change)
    if (action.endsWith('.create')) return { outcome: 'done', view: { ...view, id }, done: 'created' }
    if (action.endsWith('.delete')) return { outcome: 'done', view: { ...view, id: null }, done: 'deleted' }
    return { outcome: 'done', view, done: doneByAction[action] ?? 'saved' }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    return { outcome: 'refused', action, message: sentence(error.message) }
  }
}

function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`
}
