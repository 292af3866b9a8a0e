import { createHash } from "node:crypto";
import { changeCursor } from "../../changes/paper-changes.service";
import { FeedPeriod, spanOf } from "../../feeds/period";
import { encodeNodeId } from "../../nodes/node-id";
import type { KnownLater, PaperAudience } from "../../papers/paper-audience";
import { WebhookEvent } from "../webhook.types";
import type { ChangedPaper } from "./changed-papers";

/** Something that happened, to be stored once. */
export interface NewEvent {
  /** Identifies it for ever. */
  key: string;
  type: WebhookEvent;
  messageId: string;
  occurredAt: Date;
  data: object;
  /** The paper that a filter has to keep. */
  paperId: number;
  audience: PaperAudience;
}

/** The links of a paper that it has. */
interface PaperLinks {
  page: string | null;
  pdf: string | null;
  code: string | null;
}

/** What every event says of a paper. */
export interface PaperData {
  id: string;
  arxivId: string | null;
  title: string;
  links: PaperLinks;
}

/** A paper's row, as far as events tell of it. */
export type PaperRow = Pick<ChangedPaper, "paperId" | "arxivId" | "title" | "url" | "pdfUrl" | "codeUrl">;

export function paperData({ paperId, arxivId, title, url, pdfUrl, codeUrl }: PaperRow): PaperData {
  return { id: encodeNodeId("Paper", paperId), arxivId, title, links: { page: url, pdf: pdfUrl, code: codeUrl } };
}

/** The id of a message: the same whenever the same thing is noticed, and never that of another. */
export function messageIdOf(key: string, variant: string, origin: Date | null): string {
  const name = JSON.stringify([key, variant, origin?.getTime() ?? null]);
  return `msg_${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}

/** What happened to a paper since its last change that was looked at. `history` is the log's, for the place to read on. */
export function eventsOf(paper: ChangedPaper, history: string, now: Date): NewEvent[] {
  const cursor = changeCursor(history, paper.changedAt, paper.paperId);
  const event = (type: WebhookEvent, key: string, occurredAt: Date, more: object = {}): NewEvent => ({
    key,
    type,
    // A number may come again for another paper after a restore, but not with the same time of creation.
    messageId: messageIdOf(key, "", paper.createdAt),
    occurredAt,
    data: { paper: paperData(paper), ...more, changesAfter: cursor },
    paperId: paper.paperId,
    audience: { unknown: unknownOf(paper, type), learned: null },
  });
  const { paperId, updatedAt, withdrawnAt } = paper;
  const events = paper.entries.map(({ day, addedAt, rank }) => {
    const { id, period, key } = spanOf(FeedPeriod.DAY, day);
    const more = { feed: { id, period, key }, rank };
    return event(WebhookEvent.PAPER_FEATURED, `paper.featured ${paperId} ${day}`, new Date(addedAt), more);
  });
  if (updatedAt > paper.createdAt) {
    events.push(event(WebhookEvent.PAPER_CHANGED, `paper.changed ${paperId} ${paper.revision}`, updatedAt));
  }
  const windows = newWindows(paper);
  if (windows.length > 0) {
    events.push(event(WebhookEvent.PAPER_TRENDING, `paper.trending ${paperId} ${windows.join(" ")}`, now, { windows }));
  }
  if (isNewlyWithdrawn(paper)) {
    const key = `paper.withdrawn ${paperId} ${withdrawnAt!.toISOString()}`;
    events.push(event(WebhookEvent.PAPER_WITHDRAWN, key, updatedAt, { withdrawnAt }));
  }
  return events;
}

function unknownOf({ hasCategories, awaitsVector }: ChangedPaper, type: WebhookEvent): KnownLater[] {
  // That categories become known is a change itself.
  const awaitsCategories = !hasCategories && type !== WebhookEvent.PAPER_CHANGED;
  return [...(awaitsCategories ? ["categories" as const] : []), ...(awaitsVector ? ["near" as const] : [])];
}

/** The windows in which a paper trends for the first time. */
export function newWindows({ trends, trended }: ChangedPaper): string[] {
  return trends.filter((window) => !trended.includes(window));
}

/** A paper that was withdrawn when it came here is no news. */
function isNewlyWithdrawn({ withdrawnAt, knownWithdrawnAt, createdAt, updatedAt }: ChangedPaper): boolean {
  return withdrawnAt !== null && withdrawnAt.getTime() !== knownWithdrawnAt?.getTime() && updatedAt > createdAt;
}
