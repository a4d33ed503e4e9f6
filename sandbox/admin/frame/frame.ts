/** The admin frame's own script: it embeds the app and does what the app asks through App Bridge. */
import { connectApp } from './app-line.ts'
import { createAppNav } from './app-nav.ts'
import { createSaveBar, createTitleBar } from './bars.ts'
import { destination } from './elsewhere.ts'
import { createLauncher } from './launcher.ts'
import { part } from './page-parts.ts'
import { createQuestion } from './question.ts'
import { createToasts } from './toasts.ts'

const { domain = '', appUrl = '', appTitle = '', apiBase = '' } = document.body.dataset
const leaveQuestion = 'Leave this page with unsaved changes?'

const iframe = part('app', HTMLIFrameElement)
const line = connectApp(iframe, new URL(appUrl).origin)
const launcher = createLauncher(iframe, {
  appUrl,
  appTitle,
  ask: () => line.send({ type: 'still-there' }),
  launchUrl: (path) => post(`launch?path=${encodeURIComponent(path)}`),
})
const ask = createQuestion()
const press = (key: string) => line.send({ type: 'press', key })
const nav = createAppNav(appTitle, (href) => void go(href))
const drawTitle = createTitleBar(appTitle, press)
const saveBar = createSaveBar(press, (question) => ask(question, 'Discard'))
const toasts = createToasts({
  action: (id) => line.send({ type: 'toast-action', id }),
  dismissed: (id) => line.send({ type: 'toast-dismissed', id }),
})
const progress = part('progress', HTMLDivElement)

async function post(action: string): Promise<string | null> {
  const response = await fetch(`${apiBase}/${action}`, { method: 'POST' })
  if (!response.ok) throw new Error(`The sandbox answered ${response.status}`)
  return ((await response.json()) as { answer: string | null }).answer
}

async function go(href: string): Promise<void> {
  if (saveBar.showing() && !(await ask(leaveQuestion, 'Leave'))) return
  if (nav.has(href)) line.send({ type: 'navigate', href })
  else launcher.open(href)
}

function moved(path: string): void {
  const url = new URL(location.href)
  url.searchParams.set('path', path)
  history.replaceState(null, '', url)
  nav.at(path)
  launcher.at(path)
}

async function giveToken(request: number): Promise<void> {
  try {
    line.send({ type: 'token', request, token: (await post('token')) ?? '' })
  } catch (error) {
    line.send({ type: 'token-refused', request, reason: `App Bridge: no session token. ${String(error)}` })
  }
}

async function leave(url: string): Promise<void> {
  const target = destination(url, { domain, appUrl })
  if (target.kind === 'app') launcher.open(target.path)
  else if (target.kind === 'sandbox') location.assign(target.path)
  else toasts.show({ id: 'elsewhere', message: elsewhere(target.url), durationMs: 15_000, isError: true, action: null })
}

async function confirmLeaving(request: number): Promise<void> {
  if (await ask(leaveQuestion, 'Leave')) line.send({ type: 'leave-confirmed', request })
}

function elsewhere(url: string): string {
  return `The app wants to open ${url}, which the sandbox does not have.`
}

line.handle({
  hello: ({ path }) => {
    launcher.alive()
    drawTitle(null, [])
    saveBar.show(false, [], false)
    progress.hidden = true
    moved(path)
  },
  here: () => launcher.alive(),
  location: ({ path }) => moved(path),
  'token-wanted': ({ request }) => void giveToken(request),
  loading: ({ on }) => (progress.hidden = !on),
  toast: (toast) => toasts.show(toast),
  'toast-hide': ({ id }) => toasts.hide(id),
  nav: ({ entries }) => nav.show(entries),
  title: ({ title, buttons }) => drawTitle(title, buttons),
  'save-bar': ({ visible, buttons, discardConfirmation }) => saveBar.show(visible, buttons, discardConfirmation),
  'leave-wanted': ({ request }) => void confirmLeaving(request),
  relaunch: ({ path }) => launcher.open(path),
  open: ({ url }) => void leave(url),
})

window.addEventListener('beforeunload', (event) => {
  if (saveBar.showing()) event.preventDefault()
})

launcher.open(new URLSearchParams(location.search).get('path') ?? '/app')
