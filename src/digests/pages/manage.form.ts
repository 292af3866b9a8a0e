import * as v from "valibot";
import { DateScalar } from "../../graphql/scalars";
import { InputError } from "../../inputs/input-error";
import { readBy } from "../../inputs/read-by";
import { pauseProblem } from "../subscriptions/preference-rules";
import type { DigestSubscription } from "../subscriptions/subscription.entity";
import type { DigestChanges, FieldError } from "./actions";
import { quoted } from "./labels";
import { fields, readForm } from "./read-form";

const settingsForm = v.object({
  frequency: fields.frequency,
  weekday: fields.weekday,
  hour: fields.hour,
  timeZone: fields.timeZone,
  maxPapers: fields.maxPapers,
  keywords: fields.keywords,
  excludeKeywords: fields.excludeKeywords,
  categories: fields.categories,
  excludeCategories: fields.excludeCategories,
  minUpvotes: fields.minUpvotes,
  hasCode: fields.hasCode,
  near: fields.near,
  skipEmpty: fields.skipEmpty,
});

const pauseForm = v.object({
  pausedUntil: v.pipe(v.string("Enter a day after today."), readBy(readLaterDay)),
});

/** The form behind each button of the page, and the news that the page then shows. */
const BUTTONS = new Map<string, { form: v.GenericSchema<unknown, DigestChanges>; news: string }>([
  ["save", { form: settingsForm, news: "saved" }],
  ["pause", { form: pauseForm, news: "paused" }],
  [
    "resume",
    {
      form: v.pipe(
        v.unknown(),
        v.transform(() => ({ pausedUntil: null })),
      ),
      news: "resumed",
    },
  ],
]);

/** The changes that a form of the management page requests, or what is wrong with it; null when no button was pressed. */
export function readChanges(
  body: URLSearchParams,
): { changes: DigestChanges; news: string; errors: FieldError[] } | null {
  const button = BUTTONS.get(body.get("action") ?? "");
  if (!button) return null;
  const { form, errors } = readForm(button.form, body);
  return { changes: form ?? {}, news: button.news, errors };
}

/** A subscription as texts for the form's fields. */
export function valuesOf(subscription: DigestSubscription) {
  const { filter, pausedUntil } = subscription;
  return {
    frequency: subscription.frequency,
    weekday: subscription.weekday,
    hour: String(subscription.hour),
    timeZone: subscription.timeZone,
    maxPapers: String(subscription.maxPapers),
    keywords: (filter.keywords ?? []).join("\n"),
    excludeKeywords: (filter.excludeKeywords ?? []).join("\n"),
    categories: (filter.categories ?? []).join(", "),
    excludeCategories: (filter.excludeCategories ?? []).join(", "),
    minUpvotes: String(filter.minUpvotes ?? ""),
    hasCode: String(filter.hasCode ?? ""),
    near: filter.near ? "on" : "",
    skipEmpty: subscription.skipEmpty ? "on" : "",
    pausedUntil: pausedUntil ?? "",
  };
}

/** The same fields as they were sent: an unticked box is not sent at all. */
export function valuesSent(subscription: DigestSubscription, body: URLSearchParams): Record<string, string> {
  const stored = valuesOf(subscription);
  const skipEmpty = body.get("action") === "save" ? "" : stored.skipEmpty;
  return { ...stored, skipEmpty, ...Object.fromEntries(body) };
}

function readLaterDay(text: string): string {
  const day = readDay(text);
  const problem = pauseProblem(quoted("pausedUntil"), day, new Date());
  if (problem) throw new InputError(problem);
  return day;
}

/** The day as YYYY-MM-DD; empty for anything else. */
function readDay(text: string): string {
  try {
    return DateScalar.parseValue(text);
  } catch {
    return "";
  }
}
