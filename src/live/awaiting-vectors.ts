import { millisecondsInHour } from "date-fns/constants";
import type { Db } from "../db/database";
import { sql } from "../db/sql";
import { awaitsVector } from "../meaning/serving-model";
import { type DayNews, type FeaturedPaper, papersOf } from "./featured-events.service";

/** A listener who comes later is told no older news, in ms. */
const MAX_AGE_MS = millisecondsInHour;
/** Of more papers, as of an import of the past, the oldest news are forgotten. */
const MAX_PAPERS = 1000;

interface Waiting {
  /** What told of one paper. */
  news: DayNews;
  paperId: number;
  since: number;
}

/** News of papers that had no vector yet: those who listen for what is near to papers are told once they have. */
export class AwaitingVectors {
  private waiting: Waiting[] = [];

  /** Keeps the news of those papers that await their vectors. */
  add(news: readonly DayNews[], papers: readonly FeaturedPaper[]): void {
    const since = performance.now();
    const awaiting = new Set(
      papers.filter(({ audience }) => audience.unknown.includes("near")).map(({ edge }) => edge.node.rowId),
    );
    const added = news.flatMap((each) =>
      papersOf(each)
        .filter((paperId) => awaiting.has(paperId))
        .map((paperId) => ({ news: only(each, paperId), paperId, since })),
    );
    this.waiting = [...this.waiting, ...added].slice(-MAX_PAPERS);
  }

  /** The news of papers that have got their vectors, to be given to `remove` once they are told. */
  async readDecided(db: Db): Promise<DayNews[]> {
    this.waiting = this.waiting.filter(({ since }) => performance.now() - since < MAX_AGE_MS);
    if (this.waiting.length === 0) return [];
    const ids = this.waiting.map(({ paperId }) => paperId);
    const rows = await db.query<{ id: number }>(
      sql`select w.id from unnest(${ids}::int[]) w (id) where not ${awaitsVector(sql`w.id`)}`,
    );
    const decided = new Set(rows.map(({ id }) => id));
    return this.waiting.filter(({ paperId }) => decided.has(paperId)).map(({ news }) => news);
  }

  remove(told: readonly DayNews[]): void {
    this.waiting = this.waiting.filter(({ news }) => !told.includes(news));
  }

  clear(): void {
    this.waiting = [];
  }
}

function only(news: DayNews, paperId: number): DayNews {
  const keep = (ids: readonly number[]) => ids.filter((id) => id === paperId);
  return { ...news, entered: keep(news.entered), categorized: keep(news.categorized) };
}
