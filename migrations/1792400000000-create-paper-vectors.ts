import type { MigrationInterface, QueryRunner } from "typeorm";

/** Papers that are there already get their vectors and neighbors from the worker. */
export class CreatePaperVectors1792400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table paper_vectors (
        paper_id integer not null references papers on delete cascade,
        model text not null,
        vector bytea not null,
        written_in bigint not null default pg_current_xact_id()::text::bigint,
        primary key (paper_id, model)
      );
      create index paper_vectors_written_in_idx on paper_vectors (model, written_in);

      create table paper_neighbors (
        paper_id integer not null references papers on delete cascade,
        model text not null,
        neighbor_id integer not null references papers on delete cascade,
        likeness real not null,
        primary key (paper_id, model, neighbor_id)
      );
      create index paper_neighbors_neighbor_id_idx on paper_neighbors (neighbor_id);

      -- without a foreign key, which would read each paper once more at each import
      create table neighbor_backlog (
        paper_id integer not null,
        model text not null,
        requested_in bigint not null default pg_current_xact_id()::text::bigint,
        primary key (paper_id, model)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table neighbor_backlog, paper_neighbors, paper_vectors");
  }
}
