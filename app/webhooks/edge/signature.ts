/**
 * `X-Shopify-Hmac-Sha256`: the base64 of HMAC-SHA256 over the very bytes of the body, keyed with the app's client secret
 * (https://shopify.dev/docs/apps/build/webhooks/subscribe/https).
 */
import { createHmac, createSecretKey, type Hmac, type KeyObject, timingSafeEqual } from 'node:crypto'

/** 32 bytes in base64: 44 characters, of which the last but one can only be one of sixteen. */
const BASE64_SHA256 = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/

/** What cannot be right whatever the body is. */
export const canBeSignature = (text: string) => BASE64_SHA256.test(text)

export type SigningKeys = readonly KeyObject[]

/** One or two client secrets, in any order. */
export const signingKeys = (secrets: readonly string[]): SigningKeys =>
  secrets.map((secret) => createSecretKey(secret, 'utf8'))

/** Hashes a body while it comes in, so that a forged one is never put together. */
export class SignatureCheck {
  readonly #hashes: Hmac[]

  constructor(keys: SigningKeys) {
    this.#hashes = keys.map((key) => createHmac('sha256', key))
  }

  update(chunk: Uint8Array): void {
    for (const hash of this.#hashes) hash.update(chunk)
  }

  /** Whether one of the secrets has signed. All are compared, in constant time. Once: the hashes are used up. */
  isOf(signature: string): boolean {
    const given = Buffer.from(signature, 'base64')
    let isRight = false
    for (const hash of this.#hashes) {
      const expected = hash.digest()
      if (given.length === expected.length && timingSafeEqual(given, expected)) isRight = true
    }
    return isRight
  }
}
