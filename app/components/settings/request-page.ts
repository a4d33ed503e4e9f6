/** Which page of the data requests is shown: told by the address, so that a reload shows it again. */
const REQUESTS = 'requests'
const MOST_PAGES = 1_000_000

/** From 1, which is also what an address without one, or with nonsense, asks for. */
export function requestPageOf(search: URLSearchParams): number {
  const page = Number(search.get(REQUESTS))
  return Number.isInteger(page) && page >= 1 && page <= MOST_PAGES ? page : 1
}

export const withRequestPage = (page: number) => (search: URLSearchParams) => {
  search.set(REQUESTS, String(page))
  return search
}
