import { part } from './page-parts.ts'

const retryAfterMs = 2_000
const bridgeGraceMs = 4_000

export interface Launcher {
  /** Loads a page of the app as a new document, when the app answers. */
  open(path: string): void
  /** The page in the iframe runs App Bridge. */
  alive(): void
  /** The app has moved by itself; this is what would be loaded again. */
  at(path: string): void
}

/**
 * Keeps the app in the iframe, and says in words what is wrong while it cannot be shown: nothing answers, or what
 * answered does not run App Bridge. Tries again by itself until the app is there.
 */
export function createLauncher(
  iframe: HTMLIFrameElement,
  options: {
    appUrl: string
    appTitle: string
    /** Asks the page in the iframe whether it runs App Bridge. */
    ask: () => void
    /** Null while nothing answers there. */
    launchUrl: (path: string) => Promise<string | null>
  },
): Launcher {
  const status = part('frame-status', HTMLDivElement)
  const { appUrl, appTitle, ask, launchUrl } = options
  let wanted = ''
  let attempts = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function say(sentence: string): void {
    status.hidden = false
    status.textContent = sentence
  }

  function retry(afterMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), afterMs)
  }

  async function load(): Promise<void> {
    const attempt = ++attempts
    try {
      const url = await launchUrl(wanted)
      if (attempt !== attempts) return
      if (url !== null) {
        iframe.src = url
        return
      }
      say(`${appTitle} isn’t answering at ${appUrl} yet. Trying again every two seconds.`)
    } catch {
      say('The sandbox isn’t answering. Is it still running? Trying again every two seconds.')
    }
    retry(retryAfterMs)
  }

  iframe.addEventListener('load', () => {
    clearTimeout(timer)
    if (wanted === '') return
    ask()
    timer = setTimeout(() => {
      say(
        `Something answers at ${appUrl}, but no page with App Bridge appeared. Either the app failed, ` +
          `or it doesn’t allow ${location.origin} to embed it (frame-ancestors), or its page loads another ` +
          `App Bridge script. Trying again.`,
      )
      retry(retryAfterMs)
    }, bridgeGraceMs)
  })

  return {
    open(path) {
      clearTimeout(timer)
      wanted = path
      void load()
    },
    alive() {
      clearTimeout(timer)
      status.hidden = true
    },
    at(path) {
      wanted = path
    },
  }
}
