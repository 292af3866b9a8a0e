import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * The words of a paper that say most of it: all but those that its abstract alone has, once. A search ranks most papers by
 * these, which stand in the row, where all words are stored beside the table. Whoever writes what is searched writes them.
 * Papers that are there already get theirs beside the API (`reindexing.service.ts`); until then they are ranked by all words.
 */
export class KeepSalientWords1792780000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table papers add column salient_words tsvector;
      alter table papers alter column salient_words set storage main;

      create function keep_salient_words() returns trigger language plpgsql as $$
      begin
        new.salient_words := ts_delete(new.search, array(select w.lexeme from unnest(new.search) w where w.weights = '{D}'));
        return new;
      end $$;
      create trigger papers_salient_words before insert or update of search on papers
        for each row execute function keep_salient_words();

      delete from search_backlog;
      insert into search_backlog (up_to) select max(id) from papers having max(id) is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger papers_salient_words on papers;
      drop function keep_salient_words();
      alter table papers drop column salient_words;
    `);
  }
}
