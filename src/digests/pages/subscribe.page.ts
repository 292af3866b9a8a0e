import * as v from "valibot";
import { readableAddress } from "../../inputs/mail-address";
import { TIME_ZONES } from "../../inputs/time-zones";
import { feedLinks } from "../../web-feeds/feed-url";
import { DigestFrequency } from "../digest.types";
import { FREQUENCIES, HOURS } from "./choices";
import { errorSummary, type FormState, input, select, textarea } from "./fields";
import { type Html, html } from "./html";
import { LABELS } from "./labels";
import type { Page } from "./layout";
import { fields } from "./read-form";

/** What a reader agrees to. A changed text needs a new version, which the record of consent names. */
const CONSENT = {
  version: "2026-11",
  text: "I want papers by email, as often as I choose here. I can stop at any time, with one click in every mail. My address is used for nothing else. To prove that I asked, the network address and the browser that I use now are kept for 90 days.",
};

export const subscribeForm = v.object({
  email: fields.email,
  frequency: fields.frequency,
  timeZone: fields.timeZone,
  hour: fields.hour,
  keywords: fields.keywords,
  categories: fields.categories,
  consentVersion: v.literal(
    CONSENT.version,
    "The text that you agree to has changed. Read it below and send the form again.",
  ),
});

export const emptyForm: FormState = {
  values: { email: "", frequency: DigestFrequency.DAILY, timeZone: "UTC", hour: "8", keywords: "", categories: "" },
  errors: [],
};

export function subscribePage(form: FormState): Page {
  return {
    title: "Trending papers by email",
    hasErrors: form.errors.length > 0,
    feeds: [...feedLinks("", "day", null), ...feedLinks("", "week", null)],
    body: html`${errorSummary(form)}
<p>The research papers that readers upvoted most, in your inbox.</p>
<form method="post" novalidate>
${input(form, { name: "email", label: LABELS.email }, html`type="email" autocomplete="email" spellcheck="false" required`)}
${select(form, { name: "frequency", label: LABELS.frequency, hint: "Once confirmed, you can also choose the day of the week." }, FREQUENCIES)}
${select(form, { name: "hour", label: LABELS.hour }, HOURS)}
${timeZoneInput(form)}
${textarea(form, { name: "keywords", label: `${LABELS.keywords} (optional)`, hint: "Words or phrases, one on each line, or with commas or semicolons between them. A paper has to match one of them." })}
${categoriesInput(form)}
<p class="small" id="consent">${CONSENT.text}</p>
<input type="hidden" name="consentVersion" value="${CONSENT.version}">
<button aria-describedby="consent">Subscribe</button>
</form>`,
  };
}

/** The same page for every address: it does not reveal who is subscribed. */
export function inboxPage(email: string): Page {
  return {
    title: "Check your inbox",
    body: html`<p>Look for a mail to <strong>${readableAddress(email)}</strong>, and follow its link within 48 hours: only then do papers come.</p>
<h2>No mail?</h2>
<ul><li>Look into the folder for spam.</li><li>Wait a few minutes: some mail servers take their time.</li>
<li>Did you ask several times today? One address gets few such mails a day.</li>
<li>Is the address right? If not, <a href="digest">subscribe again</a>.</li></ul>`,
  };
}

export function timeZoneInput(form: FormState): Html {
  const field = {
    name: "timeZone",
    label: LABELS.timeZone,
    hint: "Begin to type your continent or a large city, like Europe/Berlin.",
  };
  return html`${input(form, field, html`type="text" list="zones" autocomplete="off" spellcheck="false" required`)}
<datalist id="zones">${TIME_ZONES.map((zone) => html`<option value="${zone}"></option>`)}</datalist>`;
}

export function categoriesInput(form: FormState): Html {
  const field = {
    name: "categories",
    label: `${LABELS.categories} (optional)`,
    hint: "Such as cs.CL, or cs for all of computer science, with spaces or commas between them. A paper has to be in one of them.",
  };
  return input(form, field, html`type="text" autocomplete="off" spellcheck="false"`);
}
