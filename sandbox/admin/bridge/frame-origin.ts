const loopbackHosts = ['localhost', '127.0.0.1', '[::1]']

/**
 * Origin of the admin frame, which serves this script and embeds the app. The names of the loopback interface are one
 * host to a person, so a frame opened under another of them is accepted; any other embedder is not the sandbox.
 * `embedder` is the origin of the embedding page where the browser tells it (Firefox does not).
 */
export function frameOrigin(scriptUrl: string, embedder: string | undefined): string {
  const script = new URL(scriptUrl)
  if (embedder === undefined || !URL.canParse(embedder)) return script.origin
  const frame = new URL(embedder)
  const sameHost = loopbackHosts.includes(script.hostname) && loopbackHosts.includes(frame.hostname)
  const samePlace = sameHost && frame.protocol === script.protocol && frame.port === script.port
  return samePlace ? frame.origin : script.origin
}
