/** Bodies broken as bytes, and requests broken as they travel. */
import fc from 'fast-check'

/** `at`: a share of the length, in thousandths. */
export type ByteEdit = { at: number } & (
  | { kind: 'flip'; bit: number }
  | { kind: 'cut' }
  | { kind: 'repeat'; length: number }
  | { kind: 'insert'; bytes: readonly number[] }
)

const at = fc.nat(1_000)
const inserted = fc.constantFrom<number[]>(
  [0x00],
  [0xff],
  [0xc0, 0x80],
  // Half a surrogate pair, and what begins a character and does not end it.
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f],
  [0xef, 0xbb, 0xbf],
  [0x22],
  [0x5c],
)

export const byteEdits: fc.Arbitrary<ByteEdit> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('cut' as const), at }),
  fc.record({ kind: fc.constant('repeat' as const), at, length: fc.integer({ min: 1, max: 2_000 }) }),
  fc.record({ kind: fc.constant('insert' as const), at, bytes: inserted }),
)

export function editedBytes(body: Buffer, all: readonly ByteEdit[]): Buffer {
  return all.reduce((bytes, edit) => {
    const index = Math.floor((bytes.length * edit.at) / 1_001)
    const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)]
    switch (edit.kind) {
      case 'flip': {
        const flipped = Buffer.from(bytes)
        if (flipped.length > 0) flipped[index]! ^= 1 << edit.bit
        return flipped
      }
      case 'cut':
        return before
      case 'repeat':
        return Buffer.concat([before, after.subarray(0, edit.length), after])
      case 'insert':
        return Buffer.concat([before, Buffer.from(edit.bytes), after])
    }
  }, body)
}
