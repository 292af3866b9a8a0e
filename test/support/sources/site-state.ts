import type { TestDatabase } from "../database";

/** What depends on when it was read, or in which order. */
const OF_THE_MOMENT = "id, organization_id, submitter_id, created_at, updated_at, revision".split(", ");

export interface SitePaper {
  arxivId: string;
  says: { authors: string[]; entries: { day: string }[] } & Record<string, unknown>;
}

/** All that a site says of its papers, by arXiv id: columns, authors as printed, organization, versions, and days. */
export function readSite(db: TestDatabase): Promise<SitePaper[]> {
  return db.run<SitePaper>(
    `select p.arxiv_id as "arxivId", to_jsonb(p) - $1::text[] || jsonb_build_object(
      'authors', (select jsonb_agg(s.name order by s.position) from authorships s where s.paper_id = p.id),
      'organization', (select o.key from organizations o where o.id = p.organization_id),
      'versions', (select jsonb_agg(v.submitted_at order by v.number) from paper_versions v where v.paper_id = p.id),
      'entries', coalesce((
        select jsonb_agg(jsonb_build_object('day', e.day, 'at', e.featured_at, 'upvotes', e.upvotes) order by e.day)
        from feed_entries e where e.paper_id = p.id), '[]')
    ) as says
    from papers p order by 1`,
    [OF_THE_MOMENT],
  );
}
