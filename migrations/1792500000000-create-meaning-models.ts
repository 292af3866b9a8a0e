import type { MigrationInterface, QueryRunner } from "typeorm";

/** Without rows the model that comes with the project serves, as before. */
export class CreateMeaningModels1792500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table meaning_models (
        model text primary key,
        asked_as text,
        dimensions integer,
        is_serving boolean not null,
        serving_since timestamptz
      );
      create unique index meaning_models_serving_idx on meaning_models (is_serving) where is_serving;

      -- without foreign keys, which would read each paper once more at each import
      create table embedding_backlog (
        paper_id integer not null,
        model text not null,
        requested_in bigint not null default pg_current_xact_id()::text::bigint,
        leased_until timestamptz,
        primary key (model, paper_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table embedding_backlog, meaning_models");
  }
}
