import { readArxivId } from "../../papers/arxiv-reference";
import type { ImportItem } from "../source-record";
import { type ArxivRequest, askXml, withXmlFailures, type XmlAnswer } from "./arxiv.request";
import { ATOM, readAtom } from "./arxiv-atom.reader";
import { OAI, OAI_CONTAINERS, readOai } from "./arxiv-raw.reader";
import type { Failure } from "./http-request";

/** What one request for papers by their ids gave. */
export interface AtomAnswer {
  /** In arXiv's order. */
  items: ImportItem[];
  /** By arXiv id, the current version, as arXiv tells it: it differs when there is a new one. */
  currents: ReadonlyMap<string, string>;
  /** Ids that arXiv does not know. */
  missing: string[];
  /** Ids that arXiv refused as malformed: then it answered for none of the others, and is to be asked for those again. */
  refused: string[];
}

/** Ids in one request, the maximum of arXiv. */
export const MAX_IDS = 100;

/**
 * Asks arXiv's API once for 1 to 100 papers by their ids, without versions; `apiUrl` is where queries are asked, e.g.
 * https://export.arxiv.org/api/query
 */
export async function askAtom({
  apiUrl,
  ids,
  ...request
}: ArxivRequest & { apiUrl: string; ids: readonly string[] }): Promise<AtomAnswer | Failure> {
  if (ids.length < 1 || ids.length > MAX_IDS) throw new RangeError(`${ids.length} ids are not 1 to ${MAX_IDS}`);
  const query = new URLSearchParams({ id_list: ids.join(","), max_results: String(MAX_IDS) });
  const answer = await askXml(apiUrl, query, request, new Set());
  if ("problem" in answer) return answer;
  return withXmlFailures(() => readAnswer(answer, ids, request.now));
}

async function readAnswer({ status, root, children }: XmlAnswer, ids: readonly string[], now: Date) {
  if (root.uri !== ATOM || root.name !== "feed") return { problem: "the response is not an Atom feed", retry: true };
  const items: ImportItem[] = [];
  const currents = new Map<string, string>();
  const errors: string[] = [];
  let total = 0;
  let others = 0;
  const asked = new Set(ids.map((id) => readArxivId(id) ?? id));
  for await (const part of readAtom(children, now)) {
    if ("item" in part) {
      const item = askedFor(part.item, asked);
      items.push(readAt(now, item));
      if ("record" in item) currents.set(item.record.arxivId!, part.current ?? "");
      else if ("record" in part.item) others++;
    } else if ("error" in part) errors.push(part.error);
    else if ("totalResults" in part) total = part.totalResults;
  }
  const refused = ids.filter((id) => errors.some((error) => error.endsWith(` ${id}`)));
  if (refused.length > 0) return { items: [], currents, missing: [], refused };
  if (errors.length > 0 || status > 299) {
    return { problem: "the source answers with an error", told: `the source says: ${errors[0]}`, retry: false };
  }
  // As of a mirror that does not read the ids: nothing is known of those that were asked for.
  if (others > 0 && currents.size === 0) return { problem: "the response is of other papers", retry: false };
  // Its index is not always there.
  if (total > 0 && items.length === 0) return { problem: "the response holds none of the papers found", retry: true };
  return { items, currents, missing: ids.filter((id) => !currents.has(id)), refused };
}

/** The item, rejected if it is of a paper that was not asked for: by that nothing may come to be a paper here. */
function askedFor(item: ImportItem, asked: ReadonlySet<string>): ImportItem {
  if (!("record" in item) || asked.has(item.record.arxivId!)) return item;
  const { location, arxivId } = item.record;
  return { rejected: { location, reason: `It is of another paper than those asked for: ${arxivId}.` } };
}

/** An answer may have been kept for a while, and is newer than what was read before all the same. */
function readAt(observedAt: Date, item: ImportItem): ImportItem {
  return "record" in item ? { ...item, record: { ...item.record, observedAt } } : item;
}

/** What one request for all versions of a paper gave; missing when arXiv does not know its id, or has deleted it. */
export type RawAnswer = { item: ImportItem } | { missing: true };

/** Asks arXiv once for a paper with all versions, by OAI-PMH; `oaiUrl` is where verbs are asked for, e.g. https://oaipmh.arxiv.org/oai */
export async function askRaw({
  oaiUrl,
  id,
  ...request
}: ArxivRequest & { oaiUrl: string; id: string }): Promise<RawAnswer | Failure> {
  const identifier = `oai:arXiv.org:${id}`;
  const query = new URLSearchParams({ verb: "GetRecord", identifier, metadataPrefix: "arXivRaw" });
  const answer = await askXml(oaiUrl, query, request, OAI_CONTAINERS);
  if ("problem" in answer) return answer;
  return withXmlFailures(() => readRawAnswer(answer, id, request.now));
}

async function readRawAnswer({ root, children }: XmlAnswer, id: string, now: Date): Promise<RawAnswer | Failure> {
  if (root.uri !== OAI || root.name !== "OAI-PMH") return { problem: "the response is not of OAI-PMH", retry: true };
  let answer: RawAnswer | Failure = { problem: "the response holds no record", retry: true };
  for await (const part of readOai(children, now)) {
    if ("item" in part) answer = ofPaper(readAt(now, part.item), id);
    else if ("deleted" in part || ("error" in part && part.error === "idDoesNotExist")) answer = { missing: true };
    else if ("error" in part)
      answer = {
        problem: "the source answers with an error",
        told: `it says: ${part.error}: ${part.message}`,
        retry: false,
      };
  }
  return answer;
}

function ofPaper(item: ImportItem, id: string): RawAnswer | Failure {
  if ("record" in item && item.record.arxivId !== id)
    return { problem: "the response is of another paper", retry: false };
  return { item };
}
