import { pageUrl } from "../../inputs/web-url";
import type { PaperData } from "../events/paper-events";
import { WebhookEvent } from "../webhook.types";

/** `data` of an event, as it is stored. */
export interface EventData {
  paper?: PaperData;
  rank?: number | null;
  feed?: { period: string; key: string };
  windows?: string[];
  papers?: (PaperData & { rank: number })[];
  totalCount?: number;
}

/** An event for people: a line, and papers with a link each. All texts are plain. */
export interface Summary {
  headline: string;
  papers: { title: string; url: string | null; rank: number | null }[];
}

const periodNames: Record<string, string> = { DAY: "day", WEEK: "week", MONTH: "month" };

/** What an event says in a message. */
export function summaryOf(type: WebhookEvent, data: EventData, isTest: boolean): Summary {
  const headline = headlineOf(type, data);
  const one = data.paper ? [{ ...data.paper, rank: data.rank ?? null }] : [];
  const papers = (data.papers ?? one).map(({ title, links, rank }) => {
    return { title, url: pageUrl(links.page) ?? pageUrl(links.pdf), rank };
  });
  return { headline: isTest ? `Test: ${headline}` : headline, papers };
}

function headlineOf(type: WebhookEvent, { feed, windows, papers = [], totalCount = 0 }: EventData): string {
  switch (type) {
    case WebhookEvent.PAPER_FEATURED:
      return `New on ${feed?.key}`;
    case WebhookEvent.FEED_FINAL: {
      const count = papers.length < totalCount ? `Top ${papers.length} of ${totalCount} papers` : `Papers`;
      return `${count} of the ${periodNames[feed?.period ?? ""]} ${feed?.key}`;
    }
    case WebhookEvent.PAPER_TRENDING:
      return `Trending (${windows?.map((window) => window.toLowerCase()).join(", ")})`;
    case WebhookEvent.PAPER_CHANGED:
      return "Changed";
    case WebhookEvent.PAPER_WITHDRAWN:
      return "Withdrawn by its authors";
  }
}
