export type ReadBody = { outcome: 'read'; bytes: Uint8Array } | { outcome: 'too-large' } | { outcome: 'broken-off' }

/** Reads the body as it comes in and stops as soon as it is longer than `mostBytes`. */
export async function readBody(request: Request, mostBytes: number): Promise<ReadBody> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return { outcome: 'too-large' }
  if (request.body === null) return { outcome: 'read', bytes: new Uint8Array() }
  const reader = request.body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.byteLength
      if (length > mostBytes) return { outcome: 'too-large' }
      chunks.push(next.value)
    }
  } catch {
    return { outcome: 'broken-off' }
  } finally {
    // Not cancelled: that would end the connection before the answer is on it.
    reader.releaseLock()
  }
  return { outcome: 'read', bytes: Buffer.concat(chunks, length) }
}
