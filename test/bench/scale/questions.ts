import type { Client } from "pg";
import { defaultModelName } from "../../../src/meaning/default-model";
import { encodeNodeId } from "../../../src/nodes/node-id";

/** One query that is asked with many variables in turn. */
export interface Question {
  name: string;
  /** How many times its median may grow from the smallest size on. */
  mayGrow: number;
  query: string;
  variables: readonly object[];
}

/** Variables for each question; fewer come again. */
const ASKED = 300;
const HOT = 1.3;
const SEARCH = 3;
const ORDERS = ["PUBLISHED_ON", "FEATURED_ON", "UPVOTES", "COMMENTS", "UPDATED_AT"];

const card = "id title publishedOn upvoteCount authors(first: 10) { nodes { id name } }";

/** Neighbors of the papers that are asked for, anywhere among all. */
const NEIGHBORS = `
  insert into paper_neighbors (paper_id, model, neighbor_id, likeness)
  select p.id, $2, 1 + (p.id + 7919 * i) % $3, 1 / i::real from unnest($1::int[]) p (id), generate_series(1, 20) i
  on conflict do nothing`;

/** What is asked of a database of so many papers: of a sample of what it holds, the same in every run. */
export async function readQuestions(client: Client, papers: number): Promise<Question[]> {
  const column = async (text: string): Promise<string[]> =>
    (await client.query<{ value: string }>(text)).rows.map((row) => row.value);
  const paperIds = await column(`
    select distinct 1 + (hashint8extended(i, 1) & 1048575) % ${papers} as value from generate_series(1, ${ASKED}) i`);
  const authorIds = await column(`
    select author_id as value from authorships group by 1 having count(*) between 20 and 60
    order by hashint4(author_id) limit ${ASKED}`);
  const days = await column(`select day::text as value from feed_days order by md5(day::text) limit ${ASKED}`);
  // By the stock's own shares, as in search all words are counted alike, however large the database is.
  const rare = await column(`
    select word as value from stock_words where share * ${papers} between 15 and 60 order by md5(word) limit ${ASKED}`);
  const common = await column("select word as value from stock_words order by share desc, word limit 10");
  const misspelt = await column(`
    select overlay(word placing '' from 4 for 1) as value
    from (select distinct lower(w) as word from stock, unnest(string_to_array(head, ' ')) w where w ~ '^[[:alpha:]]{10,}$') w
    where not exists (
      select from papers where search @@ websearch_to_tsquery('paper_text', overlay(word placing '' from 4 for 1))
    )
    order by md5(word) limit 60`);
  const names = await column(`
    select name as value from authors
    where id = any(select 1 + (hashint8extended(i, 1) & 1048575) % ${papers} from generate_series(1, ${ASKED}) i)`);
  await client.query(NEIGHBORS, [paperIds, defaultModelName(), papers]);
  const ids = paperIds.map((id) => ({ id: encodeNodeId("Paper", Number(id)) }));
  const search = (name: string, queries: string[]): Question => ({
    name: `searchPapers, ${name}`,
    mayGrow: SEARCH,
    query: `query ($query: String!) { searchPapers(query: $query, first: 20) { edges { score node { ${card} } } } }`,
    variables: queries.map((query) => ({ query })),
  });
  return [
    {
      name: "feed, 50 papers",
      mayGrow: HOT,
      query: `query ($on: Date) { feed(on: $on) { papers(first: 50) { edges { rank upvotesInPeriod node { abstract ${card} } } } } }`,
      variables: days.map((on) => ({ on })),
    },
    {
      name: "paper",
      mayGrow: HOT,
      query: `query ($id: ID) { paper(id: $id) { abstract ${card} upvoters(first: 20) { edges { upvotedAt node { username } } } } }`,
      variables: ids,
    },
    {
      name: "author, 20 papers",
      mayGrow: HOT,
      query: `query ($id: ID!) { author(id: $id) { name papers(first: 20) { nodes { ${card} } } } }`,
      variables: authorIds.map((id) => ({ id: encodeNodeId("Author", Number(id)) })),
    },
    ...ORDERS.map((field, i) => ({
      name: `papers by ${field}`,
      mayGrow: HOT,
      query: `{ papers(first: 20, orderBy: { field: ${field}, direction: ${i % 2 ? "ASC" : "DESC"} }) { nodes { ${card} } } }`,
      variables: [{}],
    })),
    {
      name: "trendingPapers",
      mayGrow: HOT,
      query: `{ trendingPapers(first: 20) { edges { rank score node { ${card} } } } }`,
      variables: [{}],
    },
    {
      name: "paperChanges",
      mayGrow: HOT,
      query: `query ($since: DateTime) { paperChanges(since: $since, first: 20) { nodes { ${card} } pageInfo { endCursor } } }`,
      variables: paperIds.map((id) => ({ since: new Date(Date.UTC(2025, 0, 1) + Number(id) * 1000) })),
    },
    search("rare word", rare),
    search("common word", common),
    search(
      "two common words",
      common.map((word, i) => `${word} ${common[(i + 1) % common.length]}`),
    ),
    search("misspelt word", misspelt),
    {
      name: "authors by name",
      mayGrow: SEARCH,
      query: "query ($name: String!) { authors(name: $name, first: 20) { nodes { name } } }",
      variables: names.map((name) => ({ name })),
    },
    {
      name: "relatedPapers",
      mayGrow: HOT,
      query: `query ($id: ID) { paper(id: $id) { relatedPapers { ${card} } } }`,
      variables: ids,
    },
    {
      name: "upvotePaper",
      mayGrow: HOT,
      query: "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed paper { upvoteCount } } }",
      variables: ids,
    },
  ];
}
