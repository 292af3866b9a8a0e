import { type Html, html } from "./html";
import type { Page } from "./layout";
import { links } from "./links";

const again = html`<p><a href="${links.subscribe}">Subscribe again</a></p>`;

/** Pages that say what went wrong and what to do. */
export const problems = {
  unknownToken: problem(
    "This link does not work",
    html`<p>Some of it may be missing: open it from the mail again, or copy all of it. An older link may have been replaced by a newer one.</p>
<p>Every mail with papers has a link at its end to change or stop it.</p>${again}`,
  ),
  usedToken: problem(
    "This link was used already",
    html`<p>It works once, and you have confirmed your subscription with it. Every mail with papers has a link at its end to change or stop it.</p>
<p>No longer subscribed, and want to be?</p>${again}`,
  ),
  expiredToken: problem(
    "This link is too old",
    html`<p>It worked for 48 hours. Subscribe again, and we send you a new one.</p>${again}`,
  ),
  cannotUndo: problem(
    "This cannot be undone here",
    html`<p>Only the link that unsubscribed can undo it, and for a day. You can subscribe again.</p>${again}`,
  ),
  noPage: problem("There is no such page", html`<p>Check the address, or open the link from the mail again.</p>`),
  noForm: problem("This cannot be done here", html`<p>Open the link from the mail again, and go on from there.</p>`),
  badRequest: problem("This could not be read", html`<p>Go back, check what you entered, and send it again.</p>`),
  tooLong: problem("This is too long", html`<p>Go back, enter less, and send it again.</p>`),
};

/** For a link of an earlier mail, which can only end the subscription. */
export function endedLinkPage(token: string): Page {
  return problem(
    "This link has ended",
    html`<p>You have unsubscribed, or ended the links of earlier mails. Newer mails have links that work.</p>
<p>You get mails, and want none? <a href="${links.unsubscribe(token)}">Unsubscribe</a></p>${again}`,
  );
}

export function tooManyPage(seconds: number): Page {
  return problem("Too many tries", html`<p>Please wait, and try again ${inWords(seconds)}. Nothing was changed.</p>`);
}

export function busyPage(seconds: number): Page {
  return problem("We are busy", html`<p>Please try again ${inWords(seconds)}; doing it twice does no harm.</p>`);
}

export function failurePage(requestId: string): Page {
  return problem(
    "Something went wrong",
    html`<p>It is our fault. Please try again later; doing it twice does no harm.</p>
<p class="small">If you report it, give this number: ${requestId}</p>`,
  );
}

function problem(title: string, body: Html): Page {
  return { title, body };
}

function inWords(seconds: number): string {
  if (seconds < 90) return `in ${Math.max(1, seconds)} ${seconds <= 1 ? "second" : "seconds"}`;
  return seconds < 5400 ? `in ${Math.ceil(seconds / 60)} minutes` : `in ${Math.ceil(seconds / 3600)} hours`;
}
