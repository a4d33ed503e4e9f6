import type { SandboxShop } from '../../contract.ts'
import type { Html } from '../html.ts'
import type { FormContext } from './forms.ts'
import type { View } from './view.ts'

export interface DrawnList {
  table: Html
  /** How many records the search found, on how many pages. */
  total: number
  page: number
  pages: number
}

/** One tab of the shop page. */
export interface TabPages {
  title: string
  list: (shop: SandboxShop, view: View) => DrawnList
  /** The form that adds a record. */
  add: (context: FormContext) => Html
  /** One record with its forms; null when the shop has none of this id. */
  record: (shop: SandboxShop, id: string, context: FormContext) => { title: string; body: Html } | null
}
