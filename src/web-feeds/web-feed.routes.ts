import { badUserInput } from "../graphql/errors";
import type { Document, DocumentRequest, DocumentRoute } from "../http/document";
import { composeFeed, type FeedSite } from "./compose";
import { type FormatName, feedPath, formatNames } from "./feed-url";
import { formats } from "./formats/formats";
import { type FeedName, feedNames, feedQuery, readFeedRequest } from "./parameters";
import { feedQueries } from "./queries";

/** The feeds for feed readers: /feeds/NAME.FORMAT?FILTER. `siteNow` tells of the site: its URL is known late with PORT=0. */
export function webFeedRoutes(siteNow: () => FeedSite): DocumentRoute[] {
  return [{ url: "/feeds/:file", read: (request) => readFeed(siteNow, request) }];
}

function readFeed(siteNow: () => FeedSite, { params: { file = "" }, query: given }: DocumentRequest): Document {
  const { name, format } = nameOf(file);
  const request = readFeedRequest(name, given);
  const { query, variables, read } = feedQueries[name];
  const { contentType, write } = formats[format];
  return {
    query,
    variables: variables(request),
    contentType,
    key: `/${feedPath(name, format, feedQuery(request))}`,
    write: (data) => write(composeFeed(siteNow(), request, format, read(data))),
  };
}

function nameOf(file: string): { name: FeedName; format: FormatName } {
  const [first, ending, ...rest] = file.split(".");
  const name = feedNames.find((each) => each === first);
  const format = formatNames.find((each) => each === ending);
  if (name && format && rest.length === 0) return { name, format };
  const right = `NAME.FORMAT, where NAME is ${feedNames.join(", ")}, and FORMAT ${formatNames.join(", ")}`;
  throw badUserInput(null, `There is no such feed: the path must be /feeds/${right}, e.g. /feeds/day.atom.`, 404);
}
