import { createHash } from "node:crypto";

/** The colours of the pages: texts have a contrast of at least 4.5:1, edges of 3:1 (WCAG 2.2 AA). */
export const palette = {
  light: {
    page: "#ffffff",
    text: "#1b1d21",
    quiet: "#565b64",
    link: "#0b57a4",
    edge: "#747a85",
    accent: "#0b57a4",
    onAccent: "#ffffff",
    bad: "#b3261e",
    note: "#eef4fb",
  },
  dark: {
    page: "#16181c",
    text: "#e9eaed",
    quiet: "#b2b7c0",
    link: "#8fbcff",
    edge: "#858b97",
    accent: "#8fbcff",
    onAccent: "#0c1a2d",
    bad: "#ff9d94",
    note: "#202a38",
  },
} as const;

/** The colours as CSS custom properties. */
function variables(colours: Record<string, string>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}

/** Inlined in each page, which then takes one request; the content security policy allows it by its hash. */
export const style = `
:root { color-scheme: light dark; ${variables(palette.light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(palette.dark)} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1.0625rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main { max-width: 38rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.25rem; color: var(--quiet); font-weight: 600; }
main { padding-bottom: 3rem; }
h1 { margin: 1rem 0; font-size: 1.75rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.25rem; line-height: 1.3; }
p, ul, dl { margin: .75rem 0; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.field { margin: 1.25rem 0; }
.field.bad { border-left: 4px solid var(--bad); padding-left: .75rem; }
label { display: block; font-weight: 600; }
.hint { margin: .125rem 0 0; color: var(--quiet); font-size: .9375rem; }
.error { margin: .125rem 0 0; color: var(--bad); font-weight: 600; }
input, select, textarea { display: block; width: 100%; min-height: 2.75rem; margin-top: .375rem; padding: .5rem .625rem;
  border: 1px solid var(--edge); border-radius: .375rem; background: var(--page); color: inherit; font: inherit; }
textarea { min-height: 6rem; resize: vertical; }
.short { max-width: 17rem; }
.check { display: flex; gap: .75rem; align-items: flex-start; }
.check input { flex: none; width: 1.5rem; height: 1.5rem; min-height: 0; margin: 0; accent-color: var(--accent); }
button { min-height: 2.75rem; max-width: 100%; padding: .5rem 1.25rem; border: 2px solid var(--accent); border-radius: .375rem;
  background: var(--accent); color: var(--onAccent); font: inherit; font-weight: 600; cursor: pointer; }
button.second { background: none; color: var(--link); }
.note, .summary { margin: 1.25rem 0; padding: .75rem 1rem; border: 2px solid var(--accent); border-radius: .375rem; background: var(--note); }
.summary { border-color: var(--bad); background: none; }
.summary a { color: var(--bad); }
.note > *, .summary > * { margin: .25rem 0; }
.summary h2 { font-size: 1.125rem; }
.summary ul { padding-left: 1.25rem; }
dt { color: var(--quiet); font-size: .9375rem; }
dd { margin: 0 0 .75rem; }
.small { color: var(--quiet); font-size: .9375rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
iframe { display: block; width: 100%; height: 36rem; border: 1px solid var(--edge); border-radius: .375rem; }
body:has(pre) :is(header, main) { max-width: 44rem; }
pre { padding: .75rem 1rem; border: 1px solid var(--edge); border-radius: .375rem; font-size: .875rem; white-space: pre-wrap; }
summary { cursor: pointer; font-weight: 600; }
.mails { padding: 0; list-style: none; }
.mails li { padding: .75rem 0; border-bottom: 1px solid var(--edge); }
`;

export const styleSource = `'sha256-${createHash("sha256").update(style).digest("base64")}'`;
