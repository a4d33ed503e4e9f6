// @ts-check
// Loaded before Prisma's command line. Its WebAssembly engine waits at most ten seconds for PostgreSQL's migration
// lock, and leaves that timer running after it has the lock: every `migrate` would sit idle for ten seconds at its
// end. A timer of that length still fires while there is work to wait for, but does not keep the process.
const lockTimeoutMs = 10_000
const start = globalThis.setTimeout

globalThis.setTimeout = Object.assign(
  /** @type {(callback: (...values: unknown[]) => void, delayMs?: number, ...values: unknown[]) => NodeJS.Timeout} */
  (callback, delayMs, ...values) => {
    const timer = start(callback, delayMs, ...values)
    return delayMs === lockTimeoutMs ? timer.unref() : timer
  },
  start,
)
