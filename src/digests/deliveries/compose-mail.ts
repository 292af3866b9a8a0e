import { createHmac } from "node:crypto";
import type { WritableDb } from "../../db/database";
import type { DigestSettings } from "../digest.settings";
import type { ConfirmationContent, DigestContent, ReminderContent, RenderedMail } from "../mail/mail.types";
import { phraseOf } from "../mail/phrase";
import { issueToken, tokenOfDelivery } from "../subscriptions/token.service";
import type { OutgoingMail } from "../transport/mime";
import type { Claim } from "./claim.service";
import { freezePapersOf, papersOfDelivery } from "./frozen-content.service";

/** Renders each kind of mail. Deterministic: the same content gives the same text. */
export interface Renderers {
  digest(content: DigestContent): Promise<RenderedMail>;
  confirmation(content: ConfirmationContent): Promise<RenderedMail>;
  reminder(content: ReminderContent): Promise<RenderedMail>;
}

/** Composes a delivery's mail. Its links work from now on. */
export async function writeMail(
  db: WritableDb,
  renderers: Renderers,
  settings: DigestSettings,
  claim: Claim,
): Promise<OutgoingMail> {
  const purpose = claim.kind === "CONFIRMATION" ? "CONFIRM" : "MANAGE";
  const token = tokenOfDelivery(settings.secret, purpose, claim.nonce);
  await issueToken(db, claim.subscriptionId, purpose, token, claim.id);
  const links = linksOf(settings.publicUrl, token);
  const { siteName } = settings;
  switch (claim.kind) {
    case "CONFIRMATION":
      return envelope(settings, claim, await renderers.confirmation({ siteName, frequency: claim.frequency, links }));
    case "REMINDER":
      return envelope(settings, claim, await renderers.reminder({ siteName, frequency: claim.frequency, links }));
    case "DIGEST": {
      await freezePapersOf(db, claim.id);
      return digestMail(settings, claim, await papersOfDelivery(db, claim.id), links, renderers);
    }
  }
}

export type DigestLinks = ReturnType<typeof linksOf>;

export function linksOf(publicUrl: string, token: string) {
  // In a header a link must be ASCII, even if the host name is not.
  const link = (page: string) => new URL(`${publicUrl}/digest/${page}/${token}`).href;
  return {
    confirm: link("confirm"),
    manage: link("manage"),
    unsubscribe: link("unsubscribe"),
    webCopy: link("issues"),
  };
}

export async function digestMail(
  settings: DigestSettings,
  claim: Claim,
  papers: DigestContent["papers"],
  links: DigestLinks,
  renderers: Pick<Renderers, "digest">,
): Promise<OutgoingMail> {
  const { webCopy, manage, unsubscribe } = links;
  const content = await renderers.digest({
    siteName: settings.siteName,
    frequency: claim.frequency,
    feedKeys: claim.feedKeys,
    papers,
    links: { webCopy, manage, unsubscribe },
  });
  const mail = envelope(settings, claim, content);
  return { ...mail, headers: { ...mail.headers, ...listHeaders(settings, links) } };
}

function envelope(settings: DigestSettings, claim: Claim, content: RenderedMail): OutgoingMail {
  const from = claim.kind === "DIGEST" ? settings.from.digest : settings.from.confirmation;
  return {
    deliveryId: claim.id,
    from,
    to: claim.email,
    date: claim.createdAt,
    messageId: messageIdOf(settings.secret, claim.nonce, from.address),
    headers: { "Auto-Submitted": "auto-generated" },
    content,
  };
}

/** The same on a retry, so that a server or mail program that gets both recognizes them as one mail. */
function messageIdOf(secret: string, nonce: Buffer, from: string): string {
  const name = createHmac("sha256", secret).update("message ").update(nonce).digest("hex").slice(0, 32);
  return `<${name}@${from.slice(from.lastIndexOf("@") + 1)}>`;
}

/** RFC 2369, 2919 and 8058: the reader's mail program can unsubscribe with one click, at the https address. */
function listHeaders({ siteName, publicUrl, from }: DigestSettings, links: DigestLinks): Record<string, string> {
  const phrase = phraseOf(siteName);
  return {
    "List-Id": `${phrase}${phrase.startsWith("=?") ? "\r\n" : ""} <digest.${new URL(publicUrl).hostname}>`,
    "List-Help": `<${links.manage}>`,
    "List-Archive": `<${links.webCopy}>`,
    "List-Unsubscribe": `<${links.unsubscribe}>, <mailto:${from.digest.address}?subject=unsubscribe>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}
