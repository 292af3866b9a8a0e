import type { MigrationInterface, QueryRunner } from "typeorm";

export class CreateSources1792200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table source_tasks (
        source text not null,
        kind text not null,
        key text not null,
        day date,
        due_at timestamptz(3),
        owner text,
        held_until timestamptz(3),
        attempts integer not null default 0,
        successes integer not null default 0,
        last_success_at timestamptz(3),
        completed_at timestamptz(3),
        seen text,
        last_error text,
        primary key (source, kind, key)
      );
      create index source_tasks_due_at_idx on source_tasks (source, kind, due_at);
      -- what was never read, the newest first
      create index source_tasks_first_idx on source_tasks (source, kind, day desc) where last_success_at is null;
      create index source_tasks_held_until_idx on source_tasks (source, held_until) where held_until is not null;

      -- a row for each source, whoever asks it
      create table source_budgets (
        source text primary key,
        next_at timestamptz(3) not null,
        holder text,
        held_until timestamptz(3),
        paused_until timestamptz(3),
        failures integer not null default 0,
        last_success_at timestamptz(3),
        last_error text,
        requests_ok bigint not null default 0,
        requests_limited bigint not null default 0,
        requests_failed bigint not null default 0,
        papers_read bigint not null default 0
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop table source_budgets, source_tasks");
  }
}
