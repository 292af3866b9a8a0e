import { millisecondsInDay } from "date-fns/constants";
import { DigestStatus } from "../digest.types";
import type { DigestSubscription } from "../subscriptions/subscription.entity";

/** The state of a subscription, in words. */
export const STATUSES: Record<DigestStatus, (subscription: DigestSubscription) => string> = {
  [DigestStatus.PENDING]: () => "Not confirmed yet: follow the link in the mail that we sent",
  [DigestStatus.ACTIVE]: () => "Active",
  [DigestStatus.PAUSED]: ({ pausedUntil }) => (pausedUntil ? `Paused until ${describeDay(pausedUntil)}` : "Paused"),
  [DigestStatus.UNSUBSCRIBED]: () => "Unsubscribed: nothing is sent",
  [DigestStatus.SUPPRESSED]: () => "Stopped: mail to this address came back, or was reported as spam",
};

/** When the next mail is due, in the subscriber's time zone. */
export function describeNext({ status, nextSendAt, timeZone }: DigestSubscription): string {
  if (status === DigestStatus.PAUSED) return "After the break";
  if (!nextSendAt) return "Soon";
  const format = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "short", timeZone });
  return `${format.format(nextSendAt)} (${timeZone})`;
}

/** The first day until which a subscription can be paused. */
export function tomorrow(): string {
  return new Date(Date.now() + millisecondsInDay).toISOString().slice(0, 10);
}

function describeDay(day: string): string {
  return new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}
