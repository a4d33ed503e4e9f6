import type { CustomerRecord } from '../../model.ts'
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { badge, moment, money } from './formats.ts'
import { entered, form, textField } from './forms.ts'
import type { FormContext } from './forms.ts'
import { listPage } from './record-list.ts'
import { table } from './table.ts'
import type { TabPages } from './tab.ts'
import { viewAddress } from './view.ts'

export const customerPages: TabPages = {
  title: 'Customers',
  list({ domain, store }, view) {
    const { rows, ...found } = listPage(store.customers.values(), view, (customer) => [
      customer.firstName,
      customer.lastName,
      customer.email,
      customer.phone,
      ...customer.tags,
    ])
    return { ...found, table: customerTable(domain, store.shop.currency, rows) }
  },
  add: (context) => form(context, 'customer.create', html`<button type="submit">Add a customer</button>`, 'inline'),
  record({ store }, id, context) {
    const customer = store.customers.get(id)
    if (!customer) return null
    return { title: customerName(customer), body: customerEditor(customer, store.shop.currency, context) }
  },
}

/** Full name, else the e-mail address, else what is left to say. */
export function customerName(customer: CustomerRecord): string {
  const name = [customer.firstName, customer.lastName].filter(Boolean).join(' ')
  return name || customer.email || 'No name'
}

function customerTable(domain: string, currency: string, rows: CustomerRecord[]): Html {
  return table(
    ['Customer', 'E-mail', 'Orders', 'Spent', 'Updated (UTC)'],
    rows.map((customer) => [
      html`<a href="${viewAddress(domain, { tab: 'customers', id: customer.id })}">${customerName(customer)}</a>`,
      html`<span class="loose">${customer.email ?? '–'}</span>`,
      customer.numberOfOrders,
      money(customer.amountSpent, currency),
      moment(customer.updatedAt),
    ]),
  )
}

function customerEditor(customer: CustomerRecord, currency: string, context: FormContext): Html {
  const action = 'customer.save'
  const field = (name: string, label: string, current: string, hint?: string) =>
    textField({ name, label, value: entered(context, action, name, current), hint })
  const fields = html`<p class="facts">
      ${badge(customer.state)} ${customer.numberOfOrders} orders, ${money(customer.amountSpent, currency)} spent
    </p>
    <div class="fields">
      ${field('firstName', 'First name', customer.firstName ?? '')}
      ${field('lastName', 'Last name', customer.lastName ?? '')} ${field('email', 'E-mail', customer.email ?? '')}
      ${field('tags', 'Tags', customer.tags.join(', '), 'Separated by commas.')}
    </div>
    <button type="submit" class="primary">Save customer</button>`
  const remove = html`<button type="submit" class="critical">Delete customer</button>`
  return html`${form(context, action, fields)}${form(context, 'customer.delete', remove, 'footing')}`
}
