import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * The words of titles and names, each once. What is misspelt is compared with them, not with all titles and names, of
 * which the trigram indexes were read in proportion to their number.
 */
export class AddWords1790700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- imports wait, so that none adds words behind what is read here
      select pg_advisory_xact_lock(hashtext('daily-papers import'));

      -- a text's words, folded; punctuation makes no hosts, files or signed numbers of them
      create function words_of(value text) returns tsvector
        language sql immutable strict parallel safe
        return to_tsvector('simple', translate(fold(value), $$!"#$%&'()*+,-./:;<=>?@[\\]^_{|}~$$ || chr(96), repeat(' ', 32)));

      create table words (
        word text primary key
      );
      insert into words (word)
      select word from papers, unnest(tsvector_to_array(words_of(title))) word
      union
      select word from authors, unnest(tsvector_to_array(words_of(name))) word;
      create index words_word_idx on words using gin (word gin_trgm_ops) with (gin_pending_list_limit = 256);
      create index authors_words_idx on authors using gin (words_of(name)) with (gin_pending_list_limit = 256);
      analyze words;

      -- last, since from here on papers cannot be read until the migration ends
      drop index authors_name_idx, papers_title_idx;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index papers_title_idx on papers using gin (fold(title) gin_trgm_ops) with (gin_pending_list_limit = 256);
      create index authors_name_idx on authors using gin (fold(name) gin_trgm_ops);
      drop index authors_words_idx;
      drop table words;
      drop function words_of(text);
    `);
  }
}
