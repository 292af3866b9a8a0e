import { renderLetter } from "./letter";
import type { ConfirmationContent, ReminderContent, RenderedMail } from "./mail.types";
import { digestNames } from "./words";

/** Asks whether the owner of the address wants the digest; holds nothing else. */
export function renderConfirmation({ siteName, frequency, links }: ConfirmationContent): Promise<RenderedMail> {
  const digest = digestNames[frequency];
  return renderLetter({
    siteName,
    subject: `Please confirm: the ${digest} of ${siteName}`,
    heading: "Do you want this digest?",
    message: `Someone, hopefully you, asked for the ${digest} of ${siteName} to be sent to this address.`,
    action: { label: "Confirm on the next page", url: links.confirm },
    notes: [
      "The link works once and for 48 hours. It opens a page with one button, and only that button subscribes you.",
      "If it was not you, do nothing: without a confirmation no digest is sent, and the request is deleted after 7 days.",
    ],
    links: [],
  });
}

/** Tells a subscriber who asked again that there is nothing to do. */
export function renderReminder({ siteName, frequency, links }: ReminderContent): Promise<RenderedMail> {
  const digest = digestNames[frequency];
  return renderLetter({
    siteName,
    subject: `You are already subscribed: the ${digest} of ${siteName}`,
    heading: "You are already subscribed",
    message: `Someone asked for a digest to be sent to this address. The ${digest} of ${siteName} already comes here, so nothing was changed.`,
    action: { label: "Change or pause your digest", url: links.manage },
    notes: ["If it was not you who asked, there is nothing to do."],
    links: [{ label: "Unsubscribe from this digest", url: links.unsubscribe }],
  });
}
