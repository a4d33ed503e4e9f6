interface Reading {
  isReachable: boolean
}

/**
 * Reads a page, and while the server does not answer or fails, gives the last reading marked as such: a page that
 * someone is watching is not replaced by an error for a moment's outage. Answers (redirects, refusals) pass through.
 */
export function keepLastPage<T extends Reading>(): (read: () => Promise<T>) => Promise<T> {
  let last: T | null = null
  return async (read) => {
    try {
      last = await read()
      return last
    } catch (error) {
      const isAnswer = error instanceof Response && error.status < 500
      if (isAnswer || last === null) throw error
      return { ...last, isReachable: false }
    }
  }
}
