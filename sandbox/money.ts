import type { Decimal } from './model.ts'

/** `'19.99'` to 1999. Throws on anything that is not a decimal with at most two places. */
export function toCents(amount: Decimal): number {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount)
  if (!match) throw new Error(`not an amount of money: ${amount}`)
  const [, sign, whole = '0', fraction = ''] = match
  const cents = Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
  return sign ? -cents : cents
}

/** 1999 to `'19.99'`, always with two places. */
export function fromCents(cents: number): Decimal {
  const digits = String(Math.abs(cents)).padStart(3, '0')
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
