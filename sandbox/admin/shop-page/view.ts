export const tabs = ['products', 'customers', 'orders'] as const
export type Tab = (typeof tabs)[number]

/** What of a shop's data is looked at: no tab is the start page, an id is one record, else a page of a list. */
export interface View {
  tab: Tab | null
  /** Words that all must occur in a record. */
  search: string
  /** From 1. */
  page: number
  id: string | null
}

export const startView: View = { tab: null, search: '', page: 1, id: null }

export function readView(query: URLSearchParams): View {
  const tab = tabs.find((candidate) => candidate === query.get('tab')) ?? null
  const page = Number.parseInt(query.get('page') ?? '1', 10)
  return {
    tab,
    search: tab ? (query.get('search') ?? '').trim() : '',
    page: page > 0 ? page : 1,
    id: tab ? query.get('id') : null,
  }
}

/** Path and query of a view; `done` names what has just been done there. */
export function viewAddress(domain: string, view: Partial<View>, done?: string): string {
  const query = new URLSearchParams()
  if (view.tab) query.set('tab', view.tab)
  if (view.search) query.set('search', view.search)
  if (view.page && view.page > 1) query.set('page', String(view.page))
  if (view.id) query.set('id', view.id)
  if (done) query.set('done', done)
  return `/store/${encodeURIComponent(domain)}/data${query.size > 0 ? `?${query}` : ''}`
}
