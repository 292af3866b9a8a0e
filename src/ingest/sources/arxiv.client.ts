import type { ImportItem } from "../source-record";
import { type ArxivRequest, askXml, withXmlFailures, type XmlAnswer } from "./arxiv.request";
import { ATOM, readAtom } from "./arxiv-atom.reader";
import type { Failure } from "./http-request";

/** What one request for papers by their ids gave. */
export interface AtomAnswer {
  /** In arXiv's order. */
  items: ImportItem[];
  /** Ids that arXiv does not know. */
  missing: string[];
  /** Ids that arXiv refused as malformed: then it answered for none of the others, and is to be asked for those again. */
  refused: string[];
}

/** Ids in one request, the maximum of arXiv. */
export const MAX_IDS = 100;

/**
 * Asks arXiv's API once for 1 to 100 papers by their ids, without versions; `baseUrl` is where /api/query is, e.g.
 * https://export.arxiv.org
 */
export async function askAtom({
  baseUrl,
  ids,
  ...request
}: ArxivRequest & { baseUrl: string; ids: readonly string[] }): Promise<AtomAnswer | Failure> {
  if (ids.length < 1 || ids.length > MAX_IDS) throw new RangeError(`${ids.length} ids are not 1 to ${MAX_IDS}`);
  // Appended, not resolved: a mirror may have its own path.
  const place = `${baseUrl.replace(/\/+$/, "")}/api/query`;
  const query = new URLSearchParams({ id_list: ids.join(","), max_results: String(MAX_IDS) });
  const answer = await askXml(`${place}?${query}`, request, new Set());
  if ("problem" in answer) return answer;
  return withXmlFailures(() => readAnswer(answer, ids, request.now));
}

async function readAnswer({ status, root, children }: XmlAnswer, ids: readonly string[], now: Date) {
  if (root.uri !== ATOM || root.name !== "feed") return { problem: "the response is not an Atom feed", retry: true };
  const items: ImportItem[] = [];
  const errors: string[] = [];
  let total = 0;
  for await (const part of readAtom(children, now)) {
    if ("item" in part) items.push(part.item);
    else if ("error" in part) errors.push(part.error);
    else total = part.totalResults;
  }
  const refused = ids.filter((id) => errors.some((error) => error.endsWith(` ${id}`)));
  if (refused.length > 0) return { items: [], missing: [], refused };
  if (errors.length > 0 || status > 299) {
    return { problem: "the source answers with an error", told: `the source says: ${errors[0]}`, retry: false };
  }
  // Its index is not always there.
  if (total > 0 && items.length === 0) return { problem: "the response holds none of the papers found", retry: true };
  const found = new Set(items.flatMap((item) => ("record" in item ? item.record.arxivId : [])));
  return { items, missing: ids.filter((id) => !found.has(id)), refused };
}
