import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Listens on a free port of this machine and says which; ends with the process that reads it. */
export function announce(server: Server): void {
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })))
  process.stdin.on('end', () => process.exit(0)).resume()
}
