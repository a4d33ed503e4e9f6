import { useState } from 'react'

const KEPT_MS = 60_000

/** The browser saves what was fetched under this name. */
function save(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // Not at once: some browsers read it only after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS)
}

/**
 * Downloads of exports. By `fetch`, to which App Bridge adds the session token: a plain link would come without one, and a
 * token does not belong into an address.
 */
export function useDownload() {
  const [downloading, setDownloading] = useState<string | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  async function download(id: string): Promise<void> {
    setDownloading(id)
    setFailure(null)
    try {
      const answer = await fetch(`/app/data-requests/${id}`)
      if (answer.ok) save(await answer.blob(), `data-request-${id}.json`)
      else if (answer.status === 404) setFailure('This export is not there any more. Reload the page.')
      else setFailure('The export could not be downloaded. Try again in a minute.')
    } catch {
      setFailure('Lockstep cannot be reached at the moment. Try again in a minute.')
    }
    setDownloading(null)
  }
  return { downloading, failure, download }
}
