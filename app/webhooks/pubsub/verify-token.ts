/**
 * The token of a push request: an OpenID Connect JWT that Google has signed for the service account of the subscription
 * (https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions). Anybody may have Google sign a token; it is the
 * service account, and the audience, that say that it is our subscription's.
 */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'

/** `unknown`: the keys that it has to be checked with cannot be read now. */
export type TokenVerdict = 'right' | 'wrong' | 'unknown'

/** Does not reject. */
export type VerifyToken = (token: string) => Promise<TokenVerdict>

export interface TokenSettings {
  /** As the push subscription names it; where it names none, Pub/Sub takes the address that it pushes to. */
  audience: string
  /** E-mail address of the service account of the push subscription. */
  serviceAccount: string
  /** Where Google's present keys are, as a JSON Web Key Set. */
  keysUrl: string
  /** Hears why keys could not be read. */
  keysFailed: (error: unknown) => void
  /** Milliseconds since 1970. */
  now?: () => number
  /**
   * After keys were read, a token by one that is not among them does not make them be read again for so long: else anybody
   * could have us ask Google as often as they like. Default: 30 s. Until then such a token is wrong, and its message comes again.
   */
  cooldownMs?: number
}

/** Google writes it either way (https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken). */
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com']
/** Google's tokens are valid for an hour. */
const MOST_AGE_S = 3_600
const CLOCKS_MAY_DIFFER_S = 30
/** So long a key that Google withdraws goes on being good, and so long a Google that cannot be reached does no harm. */
const KEYS_KEPT_MS = 3_600_000
const MOST_FETCH_MS = 4_000

class KeysUnavailable extends Error {}

export function createTokenCheck(settings: TokenSettings): VerifyToken {
  const { audience, serviceAccount, keysFailed, now = Date.now, cooldownMs = 30_000 } = settings
  const remoteKeys = createRemoteJWKSet(new URL(settings.keysUrl), {
    cacheMaxAge: KEYS_KEPT_MS,
    cooldownDuration: cooldownMs,
    timeoutDuration: MOST_FETCH_MS,
  })

  /** Whatever goes wrong here says nothing of the token, but for a key that is not among those that were read. */
  const keyOf: JWTVerifyGetKey = async (header, token) => {
    try {
      return await remoteKeys(header, token)
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error
      keysFailed(error)
      throw new KeysUnavailable()
    }
  }

  const isOurs = ({ email, email_verified: isVerified }: JWTPayload) => email === serviceAccount && isVerified === true

  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: ['RS256'],
        issuer: ISSUERS,
        audience,
        requiredClaims: ['exp'],
        maxTokenAge: MOST_AGE_S,
        clockTolerance: CLOCKS_MAY_DIFFER_S,
        currentDate: new Date(now()),
      })
      return isOurs(payload) ? 'right' : 'wrong'
    } catch (error) {
      return error instanceof KeysUnavailable ? 'unknown' : 'wrong'
    }
  }
}
