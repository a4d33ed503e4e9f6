/** For a person at a page, and for programs: less than what they and proxies wait for an answer. */
export const PATIENCE_MS = 25_000
