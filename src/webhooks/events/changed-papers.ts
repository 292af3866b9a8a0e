import type { Db } from "../../db/database";
import { join, type Sql, sql } from "../../db/sql";
import { awaitsVector } from "../../meaning/serving-model";
import { isListed } from "../../trending/trending.service";
import { TrendingWindow } from "../../trending/window";
import type { WebhookEvent } from "../webhook.types";

/** How far the change log has been read: up to and including this change. */
export interface Position {
  changedAt: Date;
  paperId: number;
}

/** A day's feed that a paper came into. */
interface Entry {
  day: string;
  addedAt: string;
  /** Null while the feed is not ranked with it. */
  rank: number | null;
}

/** An event that some webhooks were not told of while the paper's categories, or its vector, were unknown. */
export interface AwaitingEvent {
  id: number;
  type: WebhookEvent;
  occurredAt: string;
}

/** A paper of the change log, as it is now, with what was noticed of it before. */
export interface ChangedPaper {
  paperId: number;
  changedAt: Date;
  arxivId: string | null;
  title: string;
  url: string | null;
  pdfUrl: string | null;
  codeUrl: string | null;
  createdAt: Date;
  updatedAt: Date;
  revision: string;
  hasCategories: boolean;
  /** Whether it is not known yet what it is near to. */
  awaitsVector: boolean;
  withdrawnAt: Date | null;
  knownWithdrawnAt: Date | null;
  trends: TrendingWindow[];
  trended: TrendingWindow[];
  /** That are not older than `MAX_AGE_DAYS`, and not noticed yet. */
  entries: Entry[];
  /** Of which those who ask for categories can be told now: not older than `MAX_AGE_DAYS`. */
  awaiting: AwaitingEvent[];
}

/** Papers of the log that are planned in one transaction. */
const BATCH = 100;
/** Feeds that are longer ago make no events: an import of the past is no news. */
export const MAX_AGE_DAYS = 14;
/** What came this long before its change was numbered may be new: the transaction took so long at most. */
const MARGIN = sql`interval '14 days'`;

const windows = Object.values(TrendingWindow);

/** The windows in which a paper's scores `t` are listed at a moment. */
function trendsAt(now: Date): Sql {
  const each = windows.map((window) => sql`case when ${isListed(sql`t`, window, now)} then ${window} end`);
  return sql`array_remove(array[${join(each, ", ")}]::text[], null)`;
}

/** The next changes after a position, in the log's order. */
export function readChangedPapers(db: Db, { changedAt, paperId }: Position, now: Date): Promise<ChangedPaper[]> {
  return db.query(sql`
    select c.paper_id as "paperId", c.changed_at as "changedAt", p.arxiv_id as "arxivId", p.title, p.url,
      p.pdf_url as "pdfUrl", p.code_url as "codeUrl", p.created_at as "createdAt", p.updated_at as "updatedAt",
      p.revision::text as revision, p.categories <> '{}' as "hasCategories",
      ${awaitsVector(sql`p.id`)} as "awaitsVector", p.withdrawn_at as "withdrawnAt", k.withdrawn_at as "knownWithdrawnAt",
      case when t.paper_id is null then '{}'::text[] else ${trendsAt(now)} end as trends,
      coalesce(k.trended, '{}') as trended, coalesce(e.entries, '[]'::json) as entries,
      coalesce(a.awaiting, '[]'::json) as awaiting
    from (
      select * from paper_changes c
      where (c.changed_at, c.paper_id) > (${changedAt}::timestamptz, ${paperId}::int)
      order by c.changed_at, c.paper_id limit ${BATCH}::int
    ) c
    join papers p on p.id = c.paper_id
    left join webhook_papers k on k.paper_id = p.id
    left join trending_scores t on t.paper_id = p.id
    left join lateral (
      select json_agg(json_build_object('day', f.day, 'addedAt', f.added_at, 'rank', r.rank) order by f.day) as entries
      from feed_entries f
      left join lateral (
        select r.rank from feed_rankings g join feed_ranks r on r.ranking_id = g.id and r.paper_id = f.paper_id
        where g.period = 'DAY' and g.start_date = f.day
        order by g.id desc limit 1
      ) r on true
      where f.paper_id = p.id and f.added_at > ${changedAt}::timestamptz - ${MARGIN}
        and f.day > (${now}::timestamptz at time zone 'UTC')::date - ${MAX_AGE_DAYS}::int
        and not exists (
          select from webhook_events n where n.key = 'paper.featured ' || p.id || ' ' || f.day and n.variant = ''
        )
    ) e on true
    left join lateral (
      select json_agg(json_build_object('id', n.id, 'type', n.type, 'occurredAt', n.occurred_at) order by n.id) as awaiting
      from webhook_events n
      where n.awaits_categories_of = p.id and p.categories <> '{}'
        and n.occurred_at > ${now}::timestamptz - ${MAX_AGE_DAYS}::int * interval '1 day'
    ) a on true
    order by c.changed_at, c.paper_id`);
}
