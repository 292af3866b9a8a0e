import { type Html, html } from "./html";
import type { Page } from "./layout";
import { links } from "./links";

export function unsubscribePage(token: string, maskedEmail: string, mayManage: boolean): Page {
  return {
    title: "Unsubscribe",
    body: html`<p>No more papers will be sent to <strong>${maskedEmail}</strong>.</p>
<form method="post"><button>Unsubscribe</button></form>
${mayManage && html`<p class="small">Too many mails? You can also <a href="${links.manage(token)}">get fewer, or pause</a>.</p>`}`,
  };
}

export function unsubscribedPage(token: string, mayUndo: boolean): Page {
  return {
    title: "You are unsubscribed",
    body: html`<p>No more papers will be sent to you. There is nothing else to do.</p>
${mayUndo ? undo(token) : html`<p><a href="${links.subscribe}">Subscribe again</a></p>`}`,
  };
}

function undo(token: string): Html {
  return html`<h2>Was that a mistake?</h2>
<p>For a day you can undo it here. Then we go on as before, with the same settings.</p>
<form method="post" action="${links.resubscribe(token)}"><button class="second">Undo: keep sending me papers</button></form>`;
}

export function resubscribedPage(token: string): Page {
  return {
    title: "You are subscribed again",
    body: html`<p>Papers come as before.</p>
<p><a href="${links.manage(token)}">Change when and what you get</a></p>`,
  };
}
