import { DigestStatus } from "../digest.types";
import { maskAddress } from "../subscriptions/address";
import type { DigestSubscription } from "../subscriptions/subscription.entity";
import { CODE, FREQUENCIES, HOURS, WEEKDAYS } from "./choices";
import { checkbox, errorSummary, type FormState, input, select, textarea } from "./fields";
import { type Html, html } from "./html";
import { LABELS } from "./labels";
import type { Page } from "./layout";
import { links } from "./links";
import { describeNext, STATUSES, tomorrow } from "./status-text";
import { categoriesInput, timeZoneInput } from "./subscribe.page";

/** What was done just before this page is shown, by its name in the URL. */
export const NEWS = new Map([
  ["saved", "Your changes are saved."],
  ["paused", "Your subscription is paused."],
  ["resumed", "Your subscription is resumed."],
  ["ended", "All other links have ended."],
]);

/** The button that ends all other links. */
export const END_LINKS = "end-links";

interface Managed {
  subscription: DigestSubscription;
  /** The titles of the papers that its papers are to be like. */
  near: readonly string[];
}

export function managePage(token: string, { subscription, near }: Managed, form: FormState, news?: string): Page {
  const isOpen = subscription.status === DigestStatus.ACTIVE || subscription.status === DigestStatus.PAUSED;
  return {
    title: "Your subscription",
    news,
    hasErrors: form.errors.length > 0,
    body: html`${errorSummary(form)}
<dl><dt>Address</dt><dd>${maskAddress(subscription.email)}</dd>
<dt>Status</dt><dd>${STATUSES[subscription.status](subscription)}</dd>
${isOpen && html`<dt>Next mail</dt><dd>${describeNext(subscription)}</dd>`}</dl>
${isOpen && [settings(form, subscription.filter.near ? near : null), pause(subscription, form), otherLinks, unsubscribe(token)]}
${subscription.status === DigestStatus.UNSUBSCRIBED && resubscribe(token)}`,
  };
}

/** `near` is null where papers need not be like any. */
function settings(form: FormState, near: readonly string[] | null): Html {
  return html`<h2>When and what</h2>
<form method="post" novalidate>
${select(form, { name: "frequency", label: LABELS.frequency }, FREQUENCIES)}
${select(form, { name: "weekday", label: LABELS.weekday, hint: "Only for once a week." }, WEEKDAYS)}
${select(form, { name: "hour", label: LABELS.hour }, HOURS)}
${timeZoneInput(form)}
${input(form, { name: "maxPapers", label: LABELS.maxPapers, hint: "At most this many in one mail, best ranked first." }, html`type="text" class="short" inputmode="numeric" autocomplete="off" required`)}
${textarea(form, { name: "keywords", label: `${LABELS.keywords} (optional)`, hint: "Words or phrases, one on each line, or with commas or semicolons between them. A paper has to match one of them." })}
${textarea(form, { name: "excludeKeywords", label: `${LABELS.excludeKeywords} (optional)`, hint: "Words or phrases, one on each line, or with commas or semicolons between them. A paper that matches one of them is left out." })}
${categoriesInput(form)}
${input(form, { name: "excludeCategories", label: `${LABELS.excludeCategories} (optional)`, hint: "A paper in one of these is left out." }, html`type="text" autocomplete="off" spellcheck="false"`)}
${input(form, { name: "minUpvotes", label: `${LABELS.minUpvotes} (optional)` }, html`type="text" class="short" inputmode="numeric" autocomplete="off"`)}
${select(form, { name: "hasCode", label: LABELS.hasCode }, CODE)}
${near && likeThese(form, near)}
${checkbox(form, { name: "skipEmpty", label: LABELS.skipEmpty })}
<button name="action" value="save">Save changes</button>
</form>`;
}

/** An unticked box is not sent: the hidden field is, which tells that from a form without the box. */
function likeThese(form: FormState, titles: readonly string[]): Html {
  const listed = titles.map((title) => html`<li>${title}</li>`);
  return html`<input type="hidden" name="near" value="">
${checkbox(form, { name: "near", label: LABELS.near })}
${listed.length > 0 ? html`<ul class="small">${listed}</ul>` : html`<p class="small">These papers were deleted, so no paper is like them.</p>`}`;
}

function pause({ status }: DigestSubscription, form: FormState): Html {
  const isPaused = status === DigestStatus.PAUSED;
  const field = { name: "pausedUntil", label: LABELS.pausedUntil, hint: "Papers come again from this day on." };
  return html`<h2>Take a break</h2>
${isPaused && html`<form method="post"><button name="action" value="resume">Resume now</button></form>`}
<form method="post" novalidate>
${input(form, field, html`type="date" class="short" min="${tomorrow()}" required`)}
<button class="second" name="action" value="pause">${isPaused ? "Change the day" : "Pause"}</button>
</form>`;
}

const otherLinks = html`<h2>Links in other mails</h2>
<p>Anyone with one of our mails to you can change your subscription by its link. Did you pass one on? After this, only this page and future mails can change anything; links in other mails will only unsubscribe.</p>
<form method="post"><button class="second" name="action" value="${END_LINKS}">End all other links</button></form>`;

function unsubscribe(token: string): Html {
  return html`<h2>Stop</h2>
<form method="post" action="${links.unsubscribe(token)}"><button class="second">Unsubscribe</button></form>`;
}

function resubscribe(token: string): Html {
  return html`<form method="post" action="${links.resubscribe(token)}"><button>Subscribe again</button></form>
<p class="small">With the same settings as before. This link can do so for a day.</p>`;
}
