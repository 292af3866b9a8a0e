import { defaultModelName } from "../../../src/meaning/default-model";
import { encodeNodeId, type NodeType } from "../../../src/nodes/node-id";

/** What a database holds that operations can ask for, by global ids; the same in every run. */
export interface Stock {
  days: string[];
  papers: string[];
  arxivIds: string[];
  authors: string[];
  names: string[];
  /** Stems of texts, the commonest first. */
  common: string[];
  /** Words of titles with a letter left out, which no paper has. */
  misspelt: string[];
}

type Run = (text: string) => Promise<{ value: string }[]>;

export async function readStock(run: Run): Promise<Stock> {
  const column = async (text: string) => (await run(text)).map((row) => row.value);
  const ids = async (type: NodeType, text: string) =>
    (await column(text)).map((key) => encodeNodeId(type, Number(key)));
  return {
    days: await column("select day::text as value from feed_days order by md5(day::text) limit 40"),
    papers: await ids("Paper", "select id as value from papers order by md5(id::text) limit 200"),
    arxivIds: await column(
      "select arxiv_id as value from papers where arxiv_id is not null order by md5(arxiv_id) limit 100",
    ),
    authors: await ids("Author", "select id as value from authors order by md5(id::text) limit 200"),
    names: await column("select name as value from authors order by md5(name) limit 40"),
    common: await column(`
      select word as value from ts_stat('select search from papers order by id limit 2000')
      where word ~ '^[a-z]{4,}$' and websearch_to_tsquery('paper_text', word)::text = quote_literal(word)
      order by ndoc desc, word limit 60`),
    misspelt: await column(`
      select overlay(word placing '' from 4 for 1) as value
      from (select distinct lower(w) as word from papers, unnest(string_to_array(title, ' ')) w where w ~ '^[a-zA-Z]{10,}$') w
      where not exists (
        select from papers where search @@ websearch_to_tsquery('paper_text', overlay(word placing '' from 4 for 1))
      )
      order by md5(word) limit 20`),
  };
}

/** Votes of today for many papers, since those of the past have faded. To be run before operations ask what trends. */
export const LET_PAPERS_TREND = `
  insert into trending_scores (paper_id, votes, day_score, week_score, month_score, quarter_score)
  select id, 4, trending_age(now(), '12 hours') + 2, trending_age(now(), '48 hours') + 2, trending_age(now(), '7 days') + 2,
    trending_age(now(), '21 days') + 2
  from papers order by id limit 5000
  on conflict (paper_id) do update set votes = 4, day_score = excluded.day_score, week_score = excluded.week_score,
    month_score = excluded.month_score, quarter_score = excluded.quarter_score`;

/** Twenty neighbors of each paper, whichever: finding the nearest of many papers takes minutes. */
export const NEIGHBORS = `
  insert into paper_neighbors (paper_id, model, neighbor_id, likeness)
  select p.id, '${defaultModelName()}', n.id, 1 / (1 + n.id - p.id)::real
  from papers p cross join lateral (select id from papers o where o.id > p.id order by o.id limit 20) n
  on conflict do nothing`;

/** Categories for papers, as arXiv spreads them; to be run before operations ask for them. */
export const CATEGORIZE = `
  update papers set categories = case id % 8
    when 0 then '{cs.CV,cs.LG}' when 1 then '{cs.CL,cs.AI}' when 2 then '{cs.CL}' when 3 then '{cs.LG,stat.ML}'
    when 4 then '{cs.RO}' when 5 then '{math.OC,cs.LG}' else '{}' end::text[];
  delete from category_counts;
  insert into category_counts (category, paper_count)
    select category, count(distinct p.id) from papers p, unnest(with_archives(p.categories)) category group by 1`;
