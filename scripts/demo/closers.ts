type Close = () => Promise<void> | void

/** What has to be closed at the end, last opened first, once, whoever asks for it. */
export interface Closers {
  /** What is added after the end began is closed at once. */
  add(close: Close): Promise<void>
  closeAll(): Promise<void>
  readonly isClosing: boolean
}

export function createClosers(): Closers {
  const open: Close[] = []
  let closing: Promise<void> | undefined
  async function closeEach(): Promise<void> {
    const failures: unknown[] = []
    for (let close = open.pop(); close; close = open.pop()) {
      try {
        await close()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures)
  }
  return {
    async add(close) {
      if (closing) await close()
      else open.push(close)
    },
    closeAll: () => (closing ??= closeEach()),
    get isClosing() {
      return closing !== undefined
    },
  }
}
