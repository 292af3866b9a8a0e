import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { copyText } from "../../../src/db/copy-text";
import { sources } from "../data";

/** So many real papers at most, and so many made ones when there are none at hand. */
const MAX_STOCK = 100_000;
const MADE_STOCK = 20_000;

/**
 * Stages what papers are made of, once: titles in two halves that are put together anew, abstracts with their words
 * already found (most of the work of `paper_search`), keywords; and the parts of names, as often as they were printed.
 */
export async function stageStock(client: Client): Promise<void> {
  await client.query(`
    create unlogged table stock_lines (n integer generated always as identity, title text, abstract text, authors text[])`);
  const copy = client.query(copyFrom("copy stock_lines (title, abstract, authors) from stdin"));
  await pipeline(Readable.from(lines()), copy);
  await client.query(`
    create unlogged table stock as
    select (row_number() over (order by md5(n::text)) - 1)::int as id, abstract,
      array_to_string(words[:half], ' ') as head, array_to_string(words[half + 1:], ' ') as tail,
      array(select distinct lower(w) from unnest(words) w where w ~ '^[[:alpha:]-]{8,}$' order by 1 limit 4) as keywords,
      paper_search('', null, '{}', abstract) as search
    from stock_lines, string_to_array(title, ' ') words, div(cardinality(words) + 1, 2) d, cast(d as int) half;
    create unique index on stock (id);

    create unlogged table stock_names as
    select (row_number() over (order by md5(n::text || name)) - 1)::int as id, name,
      split_part(name, ' ', 1) as given, split_part(name, ' ', -1) as family
    from stock_lines, unnest(authors) name;
    create unique index on stock_names (id);

    create unlogged table stock_words as
    select word, ndoc::float8 / (select count(*) from stock) as share
    from ts_stat('select setweight(search, ''A'') from stock')
    where word ~ '^[a-z]{4,}$' and websearch_to_tsquery('paper_text', word)::text = quote_literal(word);
    drop table stock_lines;
    analyze stock, stock_names, stock_words`);
}

async function* lines(): AsyncGenerator<string> {
  const { list, isReal } = sources();
  let left = isReal ? MAX_STOCK : MADE_STOCK;
  for await (const { title, abstract, authors } of list) {
    if (left-- === 0) return;
    yield `${[title, abstract, authors].map(copyText).join("\t")}\n`;
  }
}
