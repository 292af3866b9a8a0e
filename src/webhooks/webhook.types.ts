import { registerEnumType } from "type-graphql";

export enum WebhookEvent {
  PAPER_FEATURED = "PAPER_FEATURED",
  FEED_FINAL = "FEED_FINAL",
  PAPER_TRENDING = "PAPER_TRENDING",
  PAPER_CHANGED = "PAPER_CHANGED",
  PAPER_WITHDRAWN = "PAPER_WITHDRAWN",
}

registerEnumType(WebhookEvent, {
  name: "WebhookEvent",
  description: "What a webhook tells of. In its payloads: `paper.featured` and so on.",
  valuesConfig: {
    PAPER_FEATURED: {
      description: "A paper came into the feed of a day, once for each day. Not for days more than two weeks ago.",
    },
    FEED_FINAL: {
      description:
        "The ranks of a feed are final: its five best papers that the filter keeps; nothing if it keeps none.",
    },
    PAPER_TRENDING: {
      description:
        "A paper came among those that trend, once for each window; windows it enters together make one event.",
    },
    PAPER_CHANGED: {
      description: "What sources say of a paper changed, but for its counts. Changes close together make one event.",
    },
    PAPER_WITHDRAWN: { description: "A paper's authors withdrew it on arXiv." },
  },
});

export enum WebhookFormat {
  STANDARD = "STANDARD",
  SLACK = "SLACK",
  DISCORD = "DISCORD",
}

registerEnumType(WebhookFormat, {
  name: "WebhookFormat",
  description: "The form of what is posted. Each is signed as Standard Webhooks specifies.",
  valuesConfig: {
    STANDARD: { description: "type, timestamp and data, for programs; see README." },
    SLACK: { description: "A message for an incoming-webhook URL of Slack, and of what understands these." },
    DISCORD: { description: "A message for a webhook URL of Discord." },
  },
});

export enum WebhookDeliveryStatus {
  QUEUED = "QUEUED",
  SENDING = "SENDING",
  DELIVERED = "DELIVERED",
  FAILED = "FAILED",
}

registerEnumType(WebhookDeliveryStatus, {
  name: "WebhookDeliveryStatus",
  description: "How far a delivery has come.",
  valuesConfig: {
    QUEUED: { description: "Waits for its first attempt, or for the next one at `nextAttemptAt`." },
    SENDING: { description: "Is being sent. When its sender is lost, it is sent again after a minute." },
    DELIVERED: { description: "The receiver answered with a status from 200 to 299." },
    FAILED: { description: "Is not tried any more by itself; `redeliverWebhook` does." },
  },
});
