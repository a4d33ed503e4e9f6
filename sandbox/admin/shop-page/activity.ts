import type { DeliveryResult, SandboxShop } from '../../contract.ts'
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { form } from './forms.ts'
import type { FormContext } from './forms.ts'
import { table } from './table.ts'

const shownDeliveries = 20

/** Beside the data: what makes changes, whether they are announced, and which announcements went out. */
export function activity(shop: SandboxShop, context: FormContext): Html {
  const { enabled, results } = shop.webhooks
  const last = results.slice(-shownDeliveries).reverse()
  const flip = html`<input type="hidden" name="on" value="${enabled ? 0 : 1}" />
    <button type="submit" role="switch" aria-checked="${enabled ? 'true' : 'false'}" class="switch">
      Deliver webhooks
    </button>`
  return html`<aside aria-label="Activity">
    <section class="card">
      <h2>Make things happen</h2>
      ${form(context, 'changes.random', html`<button type="submit">Make 20 random changes</button>`)}
      ${form(context, 'webhooks.switch', flip)}
      <p class="hint">
        ${
          enabled
            ? 'Each change is announced to the app at once.'
            : 'Changes made now are never announced. The app can only find them by reading the shop again.'
        }
      </p>
    </section>
    <section class="card" id="deliveries" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Last webhooks</h2>
      ${
        last.length === 0
          ? html`<p class="hint">None has been sent yet.</p>`
          : table(
              ['Sent', 'Topic', 'Answer'],
              last.map((result) => [sentAt(result), result.topic, answer(result)]),
            )
      }
    </section>
  </aside>`
}

function sentAt({ headers }: DeliveryResult): Html | string {
  const name = Object.keys(headers).find((header) => header.toLowerCase() === 'x-shopify-triggered-at')
  const at = name && headers[name]
  return at ? html`<time datetime="${at}">${at.slice(11, 19)}</time>` : '–'
}

function answer({ status }: DeliveryResult): Html {
  const good = status !== null && status >= 200 && status < 300
  return html`<span class="badge ${good ? 'good' : 'bad'}">${status ?? 'No answer'}</span>`
}
