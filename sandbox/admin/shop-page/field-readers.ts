import { fromCents, toCents } from '../../money.ts'

export type Reading<Value> = { outcome: 'read'; value: Value } | { outcome: 'refused'; message: string }

/** Trimmed text; an empty field is null. */
export function readText(form: URLSearchParams, name: string): string | null {
  return form.get(name)?.trim() || null
}

/** Comma-separated tags, each once. */
export function readTags(form: URLSearchParams, name: string): string[] {
  const tags = (form.get(name) ?? '').split(',').map((tag) => tag.trim())
  return [...new Set(tags.filter(Boolean))]
}

/** An amount of money of at most two decimals, zero or more, in the way the shop stores it. */
export function readPrice(form: URLSearchParams, name: string, label: string): Reading<string> {
  const text = form.get(name)?.trim() ?? ''
  if (!/^\d{1,9}(\.\d{1,2})?$/.test(text)) {
    return { outcome: 'refused', message: `${label} must be an amount such as 19.99.` }
  }
  return { outcome: 'read', value: fromCents(toCents(text)) }
}

export function readQuantity(form: URLSearchParams, name: string, label: string): Reading<number> {
  const text = form.get(name)?.trim() ?? ''
  if (!/^-?\d{1,7}$/.test(text)) return { outcome: 'refused', message: `${label} must be a whole number.` }
  return { outcome: 'read', value: Number(text) }
}
