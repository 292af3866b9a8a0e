import { badUserInput } from "../graphql/errors";
import type { Document, DocumentRequest, DocumentRoute } from "../http/document";
import { notAnIdInWords } from "../nodes/decode-ids";
import { MAX_IDS } from "../papers/paper-filter";
import type { PaperFilter } from "../papers/paper-filter.input";
import { composeFeed, type FeedSite, keptEntries } from "./compose";
import { type FormatName, feedPath, formatNames } from "./feed-url";
import { formats } from "./formats/formats";
import { type FeedName, feedNames, feedQuery, readFeedRequest } from "./parameters";
import { feedQueries, type QueriedNames } from "./queries";

/** The feeds for feed readers: /feeds/NAME.FORMAT?FILTER. `siteNow` tells of the site: its URL is known late with PORT=0. */
export function webFeedRoutes(siteNow: () => FeedSite): DocumentRoute[] {
  return [{ url: "/feeds/:file", read: (request) => readFeed(siteNow, request) }];
}

function readFeed(siteNow: () => FeedSite, { params: { file = "" }, query: given }: DocumentRequest): Document {
  const { name, format } = nameOf(file);
  const request = readFeedRequest(name, given);
  const { query, queryWithNames, variables, read } = feedQueries[name];
  const names = namesOf(request.filter);
  return {
    query: names ? queryWithNames : query,
    variables: { ...variables(request), ...names },
    parts: keptEntries(siteNow(), request, format),
    contentType: formats[format].contentType,
    key: `/${feedPath(name, format, feedQuery(request))}`,
    write: (data) => {
      if (names) checkNames(data);
      return composeFeed(siteNow(), request, format, read(data));
    },
  };
}

/** The ids of what a filter names, if any; null without. More are refused where it is applied. */
function namesOf(filter: PaperFilter | null): { authorIds: string[]; organizationIds: string[] } | null {
  const { authorIds, organizationIds } = filter ?? {};
  if (!authorIds && !organizationIds) return null;
  return { authorIds: authorIds?.slice(0, MAX_IDS) ?? [], organizationIds: organizationIds?.slice(0, MAX_IDS) ?? [] };
}

/** A reader would wait for the papers of nobody for ever. */
function checkNames({ authors, organizations }: QueriedNames): void {
  const named = [
    ["authorIds", "Author", authors],
    ["organizationIds", "Organization", organizations],
  ] as const;
  for (const [argument, type, found] of named) {
    const unknown = found.indexOf(null);
    if (unknown >= 0) throw badUserInput(argument, notAnIdInWords(argument, type, unknown), 400);
  }
}

function nameOf(file: string): { name: FeedName; format: FormatName } {
  const [first, ending, ...rest] = file.split(".");
  const name = feedNames.find((each) => each === first);
  const format = formatNames.find((each) => each === ending);
  if (name && format && rest.length === 0) return { name, format };
  const right = `NAME.FORMAT, where NAME is ${feedNames.join(", ")}, and FORMAT ${formatNames.join(", ")}`;
  throw badUserInput(null, `There is no such feed: the path must be /feeds/${right}, e.g. /feeds/day.atom.`, 404);
}
