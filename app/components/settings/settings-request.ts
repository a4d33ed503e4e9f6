/** What the settings page asks of the server, and what it is answered. */
export type SettingsRequest =
  | { intent: 'create-key'; name: string }
  | { intent: 'revoke-key'; id: string }
  | { intent: 'register' }
  | { intent: 'unregister' }

/** The whole key, which is shown now or never. */
export interface NewKey {
  id: string
  name: string
  key: string
}

export type SettingsAnswer =
  | { outcome: 'key-made'; made: NewKey }
  /** Beside the field of the name. */
  | { outcome: 'key-refused'; error: string }
  | { outcome: 'key-revoked' }
  | { outcome: 'subscriptions'; text: string; isFailure: boolean }
  /** No button of the page sends that. */
  | { outcome: 'unreadable' }
