import type { Channel } from './channel.ts'

const renewBeforeExpiryMs = 10_000
const answerTimeoutMs = 10_000

export interface TokenSource {
  /** A session token that lives for another ten seconds or so. */
  get(): Promise<string>
  /** A new one, for when the app's server refused the last. */
  renew(): Promise<string>
}

/** Session tokens from the frame, kept until shortly before they expire. `now` is a monotonic clock in milliseconds. */
export function createTokenSource(channel: Channel, now: () => number): TokenSource {
  const waiting = new Map<number, { resolve(token: string): void; reject(error: Error): void }>()
  let requests = 0
  let kept: { token: Promise<string>; staleAtMs: number } | null = null

  channel.handle({
    token: ({ request, token }) => waiting.get(request)?.resolve(token),
    'token-refused': ({ request, reason }) => waiting.get(request)?.reject(new Error(reason)),
  })

  async function ask(): Promise<string> {
    if (!channel.framed) {
      throw new Error(`App Bridge: this page is not inside the admin. Open the app at ${channel.frameOrigin}/store/…`)
    }
    const request = ++requests
    const answer = Promise.withResolvers<string>()
    waiting.set(request, answer)
    channel.send({ type: 'token-wanted', request })
    const timer = setTimeout(
      () => answer.reject(new Error(`App Bridge: ${channel.frameOrigin} gave no session token`)),
      answerTimeoutMs,
    )
    return answer.promise.finally(() => {
      clearTimeout(timer)
      waiting.delete(request)
    })
  }

  function renew(): Promise<string> {
    const asked: { token: Promise<string>; staleAtMs: number } = { token: ask(), staleAtMs: Infinity }
    kept = asked
    asked.token.then(
      (token) => (asked.staleAtMs = now() + lifetimeMs(token) - renewBeforeExpiryMs),
      () => (asked.staleAtMs = 0),
    )
    return asked.token
  }

  return { get: () => (kept && now() < kept.staleAtMs ? kept.token : renew()), renew }
}

/** Read from the token itself, because the sandbox's clock need not be this machine's. */
function lifetimeMs(token: string): number {
  const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
  const { exp, iat } = JSON.parse(atob(payload)) as { exp: number; iat: number }
  return (exp - iat) * 1000
}
