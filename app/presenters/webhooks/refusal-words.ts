/** Why requests were refused, for people. */
import type { RefusalReason } from '~/webhooks/edge/refusal'

const WORDS: Readonly<Record<RefusalReason, string>> = {
  'unknown-path': 'Sent to an address that takes no webhooks',
  'not-post': 'Not sent as webhooks are',
  'signature-missing': 'No signature',
  'signature-malformed': 'Something else in place of a signature',
  'signature-wrong': 'A wrong signature',
  'token-missing': 'No token of Google’s',
  'token-wrong': 'A wrong token, or one that is for somebody else',
  'keys-unavailable': 'Google’s keys could not be read; it is sent again',
  'not-json-type': 'Said to be something else than JSON',
  'too-large': 'Too large',
  'too-slow': 'Did not arrive in time',
  'broken-off': 'Broke off on the way',
  'too-many-bodies': 'Too many at once; Shopify sends such a one again',
  'shop-malformed': 'Signed, but the shop’s name is none',
  'header-malformed': 'Signed, but something that belongs to it is missing',
  'message-malformed': 'From Google, but not a message as Pub/Sub wraps it',
  'not-utf8': 'Signed, but not text',
  'not-json': 'Signed, but not a message of Shopify',
}

/** `reason`: as stored, so perhaps of another version of the app. */
export const refusalText = (reason: string) => (Object.hasOwn(WORDS, reason) ? WORDS[reason as RefusalReason] : reason)
