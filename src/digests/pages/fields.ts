import type { FieldError } from "./actions";
import { type Html, html } from "./html";

/** The state of a form: the texts of its fields, as stored or as sent, and what is wrong with them. */
export interface FormState {
  values: Readonly<Record<string, string>>;
  errors: readonly FieldError[];
}

export interface Field {
  name: string;
  label: string;
  hint?: string;
}

/** A text field. `extra` holds further attributes. */
export function input(form: FormState, field: Field, extra: Html): Html {
  return withLabel(form, field, (common) => html`<input ${common} value="${form.values[field.name]}" ${extra}>`);
}

export function textarea(form: FormState, field: Field): Html {
  return withLabel(form, field, (common) => html`<textarea ${common} rows="3">${form.values[field.name]}</textarea>`);
}

/** A select field; `options` are pairs of value and text. */
export function select(form: FormState, field: Field, options: readonly (readonly [string, string])[]): Html {
  const chosen = form.values[field.name];
  const items = options.map(
    ([value, text]) => html`<option value="${value}"${value === chosen && html` selected`}>${text}</option>`,
  );
  return withLabel(form, field, (common) => html`<select class="short" ${common}>${items}</select>`);
}

export function checkbox({ values }: FormState, { name, label }: Field): Html {
  return html`<div class="field check"><input type="checkbox" id="${name}" name="${name}" value="on"${values[name] === "on" && html` checked`}>
<label for="${name}">${label}</label></div>`;
}

/** The errors above a form, with links to the fields; takes the focus so that screen readers read it first. */
export function errorSummary({ values, errors }: FormState): Html | null {
  if (errors.length === 0) return null;
  const items = errors.map(
    ({ field, message }) =>
      html`<li>${Object.hasOwn(values, field) ? html`<a href="#${field}">${message}</a>` : message}</li>`,
  );
  return html`<div class="summary" role="alert" aria-labelledby="problem" tabindex="-1" autofocus>
<h2 id="problem">There is a problem</h2><ul>${items}</ul></div>`;
}

/** The label, hint and errors of a field, and its control with the attributes that connect them. */
function withLabel({ errors }: FormState, { name, label, hint }: Field, control: (common: Html) => Html): Html {
  const wrong = errors.filter(({ field }) => field === name);
  const described = [hint && `${name}-hint`, wrong.length > 0 && `${name}-error`].filter(Boolean).join(" ");
  const common = html`id="${name}" name="${name}"${described && html` aria-describedby="${described}"`}${
    wrong.length > 0 && html` aria-invalid="true"`
  }`;
  return html`<div class="field${wrong.length > 0 && " bad"}"><label for="${name}">${label}</label>
${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
${wrong.length > 0 && html`<p class="error" id="${name}-error"><span class="hidden">Error: </span>${wrong.map(({ message }) => message).join(" ")}</p>`}
${control(common)}</div>
`;
}
