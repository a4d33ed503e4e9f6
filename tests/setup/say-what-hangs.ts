import type { Reporter, TestCase, TestModule } from 'vitest/node'

const lookEveryMs = 15_000
const patienceMs = 60_000

type Running = { file: string; sinceMs: number; test?: string }

/**
 * Says which test file has been running for more than a minute, and what was last heard from it. A test's own time
 * limit cannot end a worker that computes for ever or that waits while its file is loaded, and then nothing else tells.
 */
export default class SayWhatHangs implements Reporter {
  // By id: Vitest makes a new object for a file each time it has news of it.
  readonly #running = new Map<string, Running>()
  #timer: NodeJS.Timeout | undefined

  onInit(): void {
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref()
  }

  onTestModuleQueued({ id, relativeModuleId }: TestModule): void {
    this.#running.set(id, { file: relativeModuleId, sinceMs: performance.now() })
  }

  onTestCaseReady({ module, fullName }: TestCase): void {
    const entry = this.#running.get(module.id)
    if (entry) entry.test = fullName
  }

  onTestModuleEnd({ id }: TestModule): void {
    this.#running.delete(id)
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    for (const { file, sinceMs, test } of this.#running.values()) {
      const lastedMs = performance.now() - sinceMs
      if (lastedMs < patienceMs) continue
      const news = test ? `last heard of in "${test}"` : 'nothing heard from it yet'
      console.error(`Still running after ${Math.round(lastedMs / 1000)} s: ${file}, ${news}`)
    }
  }
}
