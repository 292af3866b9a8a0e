import type { FormatName } from "../feed-url";
import { atom } from "./atom";
import type { FeedFormat } from "./format";
import { jsonFeed } from "./json-feed";
import { markdown } from "./markdown";
import { rss } from "./rss";

export const formats: Record<FormatName, FeedFormat> = { atom, rss, json: jsonFeed, md: markdown };
