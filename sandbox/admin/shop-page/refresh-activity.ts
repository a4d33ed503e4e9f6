/** Keeps the list of webhooks fresh while the page is looked at: it is drawn again from the page itself. */
const everyMs = 2_000

async function refresh(): Promise<void> {
  if (document.hidden) return
  const address = new URL(location.href)
  address.searchParams.delete('done')
  const response = await fetch(address)
  if (!response.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const [shown, fresh] = [document.getElementById('deliveries'), page.getElementById('deliveries')]
  if (shown && fresh && shown.innerHTML !== fresh.innerHTML) shown.replaceWith(fresh)
}

/** A sandbox that is being restarted is simply asked again later. */
setInterval(() => void refresh().catch(() => undefined), everyMs)
