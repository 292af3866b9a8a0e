import { isObject } from "../../graphql/json";
import type { Page, PageAnswer } from "./huggingface.request";

/** What the responses so far tell about a source's paging. */
export interface Paging {
  /** The number of items on its longest page: a source that ignores `limit` has its own page size. */
  longest: number;
  /** Whether it links to next pages: then a list ends with the first page without a link. */
  hasLinks: boolean;
}

export interface ListOptions {
  /** Where /api/daily_papers is, e.g. https://huggingface.co */
  baseUrl: string;
  /** Of this source; updated. */
  paging: Paging;
  /** Asks for a page when the source may be asked, and again as its caller likes. What it throws ends the list. */
  ask: (page: Page) => Promise<PageAnswer>;
}

/** A list whose pages do not lead to an end. */
export class UnreadableList extends Error {}

/** Papers per page, the maximum of Hugging Face. */
const PAGE_SIZE = 100;
/** Per day: no day has ten thousand papers. */
const MAX_PAGES = 100;

/**
 * All pages of a day's list: by the source's links (RFC 8288), whatever their pages hold, or without links by number, until a
 * page is shorter than the longest or has nothing new, as some sources ignore `p`. Where `p` begins at 1, page 1 is the first
 * page again, so page 2 is asked for, too. Throws UnreadableList.
 */
export async function fetchDay(day: string, { baseUrl, paging, ask }: ListOptions): Promise<unknown[]> {
  // Appended, not resolved: a mirror may have its own path.
  const endpoint = `${baseUrl.replace(/\/+$/, "")}/api/daily_papers`;
  let items: unknown[] = [];
  const known = new Set<string>();
  const asked = new Set<string>();
  let url = `${endpoint}?date=${day}&limit=${PAGE_SIZE}`;
  for (let page = 1; page <= MAX_PAGES; page++) {
    asked.add(url);
    const { items: found, next } = await ask({ url, endpoint, day });
    const keys = found.map(keyOf);
    const isNews = keys.some((key) => !known.has(key));
    if (isNews) items = items.concat(found);
    for (const key of keys) known.add(key);
    paging.longest = Math.max(paging.longest, found.length);
    paging.hasLinks ||= next !== undefined;
    if (next !== undefined && asked.has(next)) {
      throw new UnreadableList(`its pages link in a circle, back to ${next}`);
    }
    const mayBeFirst = page === 2 && found.length > 0;
    if (next === undefined && (paging.hasLinks || found.length < paging.longest)) return items;
    if (next === undefined && !isNews && !mayBeFirst) return items;
    url = next ?? `${endpoint}?date=${day}&limit=${PAGE_SIZE}&p=${page}`;
  }
  throw new UnreadableList(`its list has no end after ${MAX_PAGES} pages`);
}

/** The key by which a repeated item is recognized: its paper's id or, without one, the whole item. */
function keyOf(item: unknown): string {
  const paper = isObject(item) ? item.paper : undefined;
  if (isObject(paper) && typeof paper.id === "string") return `id ${paper.id}`;
  try {
    return JSON.stringify(item);
  } catch {
    return "too many levels to be written";
  }
}
