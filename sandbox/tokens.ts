import { randomBytes } from 'node:crypto'

/** 90 days: Shopify's changelog of 2026-08-28 speaks of a refresh token's "normal 90-day lifetime". */
const REFRESH_TOKEN_LIFETIME_SECONDS = 90 * 86_400
/** How long a used refresh token may be tried again while its replacement lies unused (same changelog). */
const RETRY_SECONDS = 30 * 86_400

/** What the token endpoint answers. Lifetimes in seconds; a token that does not expire has none. */
export interface TokenAnswer {
  access_token: string
  scope: string
  expires_in?: number
  refresh_token?: string
  refresh_token_expires_in?: number
}

interface AccessToken {
  domain: string
  expiresAtMs: number
}

interface RefreshToken {
  domain: string
  token: string
  expiresAtMs: number
  /** The one that was used to get this one; it is retired when this one is used. */
  predecessor: RefreshToken | null
  /** The one that came of the last use. */
  replacement: RefreshToken | null
  firstUsedAtMs: number | null
}

export interface TokenVaultOptions {
  /** Of access tokens. */
  lifetimeSeconds: number
  scopes: readonly string[]
  /** The shop's clock, milliseconds since 1970. */
  now: (domain: string) => number
}

/** All tokens that were given out, for all shops. A token speaks for the shop that it was given for, and no other. */
export class TokenVault {
  readonly #options: TokenVaultOptions
  readonly #access = new Map<string, AccessToken>()
  readonly #refresh = new Map<string, RefreshToken>()

  constructor(options: TokenVaultOptions) {
    this.#options = options
  }

  /** An offline token for the shop. Only an expiring one comes with a refresh token. */
  issue(domain: string, { expiring }: { expiring: boolean }): TokenAnswer {
    return expiring
      ? this.#issuePair(domain, null)
      : { access_token: this.#newAccess(domain, Infinity), scope: this.#scope() }
  }

  /**
   * A new pair for a refresh token, or null when that is unknown, expired, retired or another shop's. The used token
   * works again until its replacement is used; then only the newest replacement is good.
   */
  refresh(domain: string, refreshToken: string): TokenAnswer | null {
    const used = this.#refresh.get(refreshToken)
    const nowMs = this.#options.now(domain)
    if (!used || used.domain !== domain || nowMs >= used.expiresAtMs) return null
    if (used.firstUsedAtMs !== null && nowMs >= used.firstUsedAtMs + RETRY_SECONDS * 1000) return null
    used.firstUsedAtMs ??= nowMs
    if (used.predecessor) this.#refresh.delete(used.predecessor.token)
    used.predecessor = null
    if (used.replacement) this.#refresh.delete(used.replacement.token)
    return this.#issuePair(domain, used)
  }

  /** Whether the access token is good for the shop now. */
  admits(domain: string, accessToken: string): boolean {
    const token = this.#access.get(accessToken)
    return token !== undefined && token.domain === domain && this.#options.now(domain) < token.expiresAtMs
  }

  /** What removing the app does: none of the shop's tokens works again. */
  revoke(domain: string): void {
    for (const tokens of [this.#access, this.#refresh])
      for (const [text, token] of tokens) if (token.domain === domain) tokens.delete(text)
  }

  #issuePair(domain: string, predecessor: RefreshToken | null): TokenAnswer {
    const { lifetimeSeconds } = this.#options
    const nowMs = this.#options.now(domain)
    const refresh: RefreshToken = {
      domain,
      token: `shprt_${randomBytes(16).toString('hex')}`,
      expiresAtMs: nowMs + REFRESH_TOKEN_LIFETIME_SECONDS * 1000,
      predecessor,
      replacement: null,
      firstUsedAtMs: null,
    }
    this.#refresh.set(refresh.token, refresh)
    if (predecessor) predecessor.replacement = refresh
    return {
      access_token: this.#newAccess(domain, nowMs + lifetimeSeconds * 1000),
      scope: this.#scope(),
      expires_in: lifetimeSeconds,
      refresh_token: refresh.token,
      refresh_token_expires_in: REFRESH_TOKEN_LIFETIME_SECONDS,
    }
  }

  #newAccess(domain: string, expiresAtMs: number): string {
    const token = `shpat_${randomBytes(16).toString('hex')}`
    this.#access.set(token, { domain, expiresAtMs })
    return token
  }

  #scope(): string {
    return this.#options.scopes.join(',')
  }
}
