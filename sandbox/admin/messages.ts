/** What the admin frame and the App Bridge stand-in say to each other by `postMessage`, as `{ sandboxAdmin: message }`. */

export interface NavEntry {
  href: string
  label: string
  /** The entry of the app's first page, which the frame shows as the app's name. */
  home: boolean
}

/** A button that the frame draws and that lives in the app's page under this key. */
export interface ButtonView {
  key: string
  label: string
  primary: boolean
  critical: boolean
  disabled: boolean
  loading: boolean
}

export type ToFrame =
  /** Once per page of the app, before anything else. `path` is its address, or that of the page it is a detour to. */
  | { type: 'hello'; path: string }
  /** The answer to `still-there`. */
  | { type: 'here' }
  | { type: 'location'; path: string }
  | { type: 'token-wanted'; request: number }
  | { type: 'loading'; on: boolean }
  | { type: 'toast'; id: string; message: string; durationMs: number; isError: boolean; action: string | null }
  | { type: 'toast-hide'; id: string }
  | { type: 'nav'; entries: NavEntry[] }
  | { type: 'title'; title: string | null; buttons: ButtonView[] }
  | { type: 'save-bar'; visible: boolean; buttons: ButtonView[]; discardConfirmation: boolean }
  | { type: 'leave-wanted'; request: number }
  /** Load this page of the app as a new document, with fresh launch parameters. */
  | { type: 'relaunch'; path: string }
  /** The app sends the whole window elsewhere. */
  | { type: 'open'; url: string }

export type ToApp =
  /** Asked of each document once it has loaded. */
  | { type: 'still-there' }
  | { type: 'token'; request: number; token: string }
  | { type: 'token-refused'; request: number; reason: string }
  | { type: 'navigate'; href: string }
  | { type: 'press'; key: string }
  | { type: 'toast-action'; id: string }
  | { type: 'toast-dismissed'; id: string }
  | { type: 'leave-confirmed'; request: number }

export interface Envelope<Message> {
  sandboxAdmin: Message
}

/** Whether this is one of our messages; a page may receive any other message too. */
export function isEnvelope<Message>(data: unknown): data is Envelope<Message> {
  return typeof data === 'object' && data !== null && 'sandboxAdmin' in data
}
