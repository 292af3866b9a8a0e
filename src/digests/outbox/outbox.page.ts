import { type Html, html } from "../pages/html";
import type { Page } from "../pages/layout";
import type { OutboxMail } from "./outbox.reader";

/** Shown without the secret: says where to find it, and nothing about the mails. */
export const closedOutboxPage: Page = {
  title: "This page has an address of its own",
  body: html`<p>It shows all mails, so it opens only by its full address, like <code>/outbox/…</code> with a long secret at its end.</p>
<p>The API prints that address when it starts, behind “Outbox”. The secret also stands in the file <code>outbox-secret</code> of its data folder (DATA_DIR).</p>`,
};

export function outboxListPage(secret: string, mails: readonly { file: string; mail: OutboxMail }[]): Page {
  const items = mails.map(
    ({ file, mail }) => html`<li><a href="${secret}/${encodeURIComponent(file)}">${mail.subject}</a><br>
<span class="small">To ${mail.to}${mail.date && `, ${describeTime(mail.date)}`}</span></li>`,
  );
  return {
    title: "Outbox",
    body: html`<p>There is no mail server (SMTP_URL is not set), so mails are kept here. Anyone with the address of this page can see them and use their links: keep it to yourself.</p>
${items.length > 0 ? html`<ul class="mails">${items}</ul>` : html`<p>There are no mails yet. <a href="../digest">Subscribe</a> to get one.</p>`}`,
  };
}

export function outboxMailPage(
  secret: string,
  file: string,
  { subject, to, date, html: markup, text, headers }: OutboxMail,
): Page {
  const frame = html`<h2>HTML</h2>
<iframe title="The mail as HTML" src="${encodeURIComponent(file)}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>`;
  return {
    title: subject,
    body: html`<p class="small">To ${to}${date && `, ${describeTime(date)}`}</p>
<p><a href="../${secret}">All mails</a></p>
${markup && frame}
<h2>Text</h2><pre>${withLinks(text)}</pre>
<h2>Source</h2><details><summary>Headers</summary><pre>${headers.join("\n")}</pre></details>`,
  };
}

/** A text with its URLs as links. */
function withLinks(text: string): Html[] {
  return text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, i) => (i % 2 === 1 ? html`<a href="${part}">${part}</a>` : html`${part}`));
}

function describeTime(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
