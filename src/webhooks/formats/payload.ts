import { WebhookEvent, WebhookFormat } from "../webhook.types";
import { discordMessage } from "./discord";
import { slackMessage } from "./slack";
import { type EventData, summaryOf } from "./summary";

/** An event as it is stored. */
export interface StoredEvent {
  type: WebhookEvent;
  occurredAt: Date;
  /** JSON. */
  data: string;
  /** Whether it was asked for by a test: the data are true, but nothing happened. */
  isTest: boolean;
}

const typeNames: Record<WebhookEvent, string> = {
  [WebhookEvent.PAPER_FEATURED]: "paper.featured",
  [WebhookEvent.FEED_FINAL]: "feed.final",
  [WebhookEvent.PAPER_TRENDING]: "paper.trending",
  [WebhookEvent.PAPER_CHANGED]: "paper.changed",
  [WebhookEvent.PAPER_WITHDRAWN]: "paper.withdrawn",
};

/** The body that is posted for an event: JSON, the same at each attempt. */
export function payloadOf({ type, occurredAt, data, isTest }: StoredEvent, format: WebhookFormat): string {
  const parsed = JSON.parse(data) as EventData;
  switch (format) {
    case WebhookFormat.STANDARD:
      return JSON.stringify({
        type: typeNames[type],
        timestamp: occurredAt,
        ...(isTest && { test: true }),
        data: parsed,
      });
    case WebhookFormat.SLACK:
      return JSON.stringify(slackMessage(summaryOf(type, parsed, isTest)));
    case WebhookFormat.DISCORD:
      return JSON.stringify(discordMessage(summaryOf(type, parsed, isTest)));
  }
}
