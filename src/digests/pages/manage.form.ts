import * as v from "valibot";
import { DateScalar } from "../../scalars";
import type { DigestSubscription } from "../subscription.entity";
import type { DigestChanges, FieldError } from "./actions";
import { fields, readForm } from "./read-form";
import { tomorrow } from "./standing";

const settingsForm = v.object({
  frequency: fields.frequency,
  weekday: fields.weekday,
  hour: fields.hour,
  timeZone: fields.timeZone,
  maxPapers: fields.maxPapers,
  keywords: fields.keywords,
  excludeKeywords: fields.keywords,
  minUpvotes: fields.minUpvotes,
  hasCode: fields.hasCode,
  skipEmpty: fields.skipEmpty,
});

const pauseForm = v.object({
  pausedUntil: v.pipe(v.string("Enter a day."), v.check(isLaterDay, "Enter a day after today.")),
});

/** What each button of the page asks for, and how the page then says that it is done. */
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

/** What a form of the management page asks for, or what is wrong with it; null when none of its buttons was pressed. */
export function readChanges(
  body: URLSearchParams,
): { changes: DigestChanges; news: string; errors: FieldError[] } | null {
  const button = BUTTONS.get(body.get("action") ?? "");
  if (!button) return null;
  const { form, errors } = readForm(button.form, body);
  return { changes: form ?? {}, news: button.news, errors };
}

/** A subscription as texts of the form's fields. */
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
    minUpvotes: String(filter.minUpvotes ?? ""),
    hasCode: String(filter.hasCode ?? ""),
    skipEmpty: subscription.skipEmpty ? "on" : "",
    pausedUntil: pausedUntil ?? "",
  };
}

/** The same fields as they were sent: a box that is not ticked is not sent at all. */
export function valuesSent(subscription: DigestSubscription, body: URLSearchParams): Record<string, string> {
  const stored = valuesOf(subscription);
  const skipEmpty = body.get("action") === "save" ? "" : stored.skipEmpty;
  return { ...stored, skipEmpty, ...Object.fromEntries(body) };
}

function isLaterDay(text: string): boolean {
  try {
    return DateScalar.parseValue(text) >= tomorrow();
  } catch {
    return false;
  }
}
