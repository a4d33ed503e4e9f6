/** For what Shopify itself sends: it has signed the very bytes of the body. */
import type { BodyReader, Gate } from './gate'
import { type EdgeHeaders, type ReadDelivery, readDelivery, refusalByHead, refused, signatureOf } from './headers'
import { REFUSALS } from './refusal'
import { SignatureCheck, type SigningKeys } from './signature'

export function createSignedGate(keys: SigningKeys, mostBodyBytes: number): Gate {
  return {
    mostBodyBytes,
    refusalByHead: (method, headers) => refusalByHead(method, headers, mostBodyBytes),
    begin: (headers) => new SignedBody(keys, headers),
  }
}

class SignedBody implements BodyReader {
  readonly #headers: EdgeHeaders
  readonly #signature: SignatureCheck

  constructor(keys: SigningKeys, headers: EdgeHeaders) {
    this.#headers = headers
    this.#signature = new SignatureCheck(keys)
  }

  update(chunk: Uint8Array): void {
    this.#signature.update(chunk)
  }

  read(join: () => Buffer, nowMs: number): ReadDelivery {
    if (!this.#signature.isOf(signatureOf(this.#headers))) return refused(REFUSALS['signature-wrong'])
    return readDelivery(this.#headers, join(), nowMs)
  }
}
