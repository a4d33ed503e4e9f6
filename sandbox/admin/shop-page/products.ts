import type { ProductRecord } from '../../model.ts'
import { html } from '../html.ts'
import type { Html } from '../html.ts'
import { badge, moment, words } from './formats.ts'
import { entered, form, selectField, textField } from './forms.ts'
import type { FormContext } from './forms.ts'
import { listPage } from './record-list.ts'
import { table } from './table.ts'
import type { TabPages } from './tab.ts'
import { viewAddress } from './view.ts'

export const productPages: TabPages = {
  title: 'Products',
  list({ domain, store }, view) {
    const { rows, ...found } = listPage(store.products.values(), view, ({ title, vendor, status, tags, variants }) => [
      title,
      vendor,
      status,
      ...tags,
      ...variants.map(({ sku }) => sku),
    ])
    return { ...found, table: productTable(domain, rows) }
  },
  add(context) {
    const title = entered(context, 'product.create', 'title', '')
    const field = textField({ name: 'title', label: 'New product', value: title, required: true })
    return form(context, 'product.create', html`${field}<button type="submit">Add product</button>`, 'inline')
  },
  record({ store }, id, context) {
    const product = store.products.get(id)
    return product ? { title: product.title, body: productEditor(product, context) } : null
  },
}

function productTable(domain: string, rows: ProductRecord[]): Html {
  return table(
    ['Product', 'Status', 'Vendor', 'Inventory', 'Updated (UTC)'],
    rows.map((product) => [
      html`<a href="${viewAddress(domain, { tab: 'products', id: product.id })}">${product.title}</a>`,
      badge(product.status),
      product.vendor,
      product.variants.reduce((sum, variant) => sum + variant.inventoryQuantity, 0),
      moment(product.updatedAt),
    ]),
  )
}

function productEditor(product: ProductRecord, context: FormContext): Html {
  const action = 'product.save'
  const value = (name: string, current: string) => entered(context, action, name, current)
  const choices = (['ACTIVE', 'DRAFT', 'ARCHIVED'] as const).map((one): [string, string] => [one, words(one)])
  const fields = html`<div class="fields">
      ${textField({ name: 'title', label: 'Title', value: value('title', product.title), required: true, wide: true })}
      ${selectField('status', 'Status', value('status', product.status), choices)}
      ${textField({ name: 'vendor', label: 'Vendor', value: value('vendor', product.vendor) })}
      ${textField({
        name: 'tags',
        label: 'Tags',
        value: value('tags', product.tags.join(', ')),
        wide: true,
        hint: 'Separated by commas.',
      })}
    </div>
    <h3>Variants</h3>
    ${table(
      ['Variant', 'SKU', 'Price', 'Inventory'],
      product.variants.map(({ id, title, sku, price, inventoryQuantity }) => [
        title,
        sku ?? '–',
        cell(`price-${id}`, `Price of ${title}`, value(`price-${id}`, price), 'decimal'),
        cell(`inventory-${id}`, `Inventory of ${title}`, value(`inventory-${id}`, `${inventoryQuantity}`), 'numeric'),
      ]),
    )}
    <button type="submit" class="primary">Save product</button>`
  const remove = html`<button type="submit" class="critical">Delete product</button>`
  return html`${form(context, action, fields)}${form(context, 'product.delete', remove, 'footing')}`
}

function cell(name: string, label: string, value: string, inputMode: string): Html {
  return html`<input
    name="${name}"
    aria-label="${label}"
    value="${value}"
    inputmode="${inputMode}"
    autocomplete="off"
    size="9"
  />`
}
