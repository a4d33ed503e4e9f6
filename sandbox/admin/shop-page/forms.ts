import { html } from '../html.ts'
import type { Html, HtmlValue } from '../html.ts'

/** A change that was not made: which form asked for it, why not, and what had been entered. */
export interface Refusal {
  action: string
  message: string
  values: URLSearchParams
}

/** Where forms post to, and what became of the last one. */
export interface FormContext {
  address: string
  refusal: Refusal | null
}

/** A form that posts `action`. When that was refused, the reason stands in the form itself. */
export function form(context: FormContext, action: string, content: HtmlValue, className = ''): Html {
  const refused = context.refusal?.action === action ? context.refusal : null
  return html`<form method="post" action="${context.address}" class="${className}">
    <input type="hidden" name="action" value="${action}" />
    ${refused && html`<p class="refusal" role="alert">${refused.message}</p>`}${content}
  </form>`
}

/** What a field shows: what was entered when its form was refused, else what the record has. */
export function entered(context: FormContext, action: string, name: string, current: string): string {
  return context.refusal?.action === action ? (context.refusal.values.get(name) ?? current) : current
}

export function textField(options: {
  name: string
  label: string
  value: string
  required?: boolean
  /** Takes a whole row. */
  wide?: boolean
  hint?: string
}): Html {
  const { name, label, value, required = false, wide = false, hint } = options
  return html`<label class="field ${wide && 'wide'}"
    ><span>${label}</span>
    <input name="${name}" value="${value}" autocomplete="off" ${required && html`required`} />
    ${hint && html`<small>${hint}</small>`}
  </label>`
}

export function selectField(name: string, label: string, value: string, choices: [string, string][]): Html {
  return html`<label class="field"
    ><span>${label}</span>
    <select name="${name}">
      ${choices.map(
        ([choice, text]) => html`<option value="${choice}" ${choice === value && html`selected`}>${text}</option>`,
      )}
    </select>
  </label>`
}
