import { html } from "./html";
import type { Page } from "./layout";

export function confirmPage(maskedEmail: string): Page {
  return {
    title: "Confirm your subscription",
    body: html`<p>Papers will be sent to <strong>${maskedEmail}</strong>. You can stop at any time.</p>
<form method="post"><button>Yes, send me papers</button></form>
<p class="small">You did not ask for this? Close this page, and nothing will be sent.</p>`,
  };
}

/** `manageLink` is null when only the mails have it. */
export function confirmedPage(manageLink: string | null): Page {
  return {
    title: "You are subscribed",
    body: html`<p>Thank you. The first papers come at the next time that you chose.</p>
<p>${
      manageLink
        ? html`<a href="${manageLink}">Change when and what you get</a>. This link is in every mail too.`
        : "Every mail has a link to change what you get, and one to stop."
    }</p>`,
  };
}
