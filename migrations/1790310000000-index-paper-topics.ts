import type { MigrationInterface, QueryRunner } from "typeorm";

export class IndexPaperTopics1790310000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- the words of title and keywords alone; its statistics tell how rare each of them is
      create index papers_topic_idx on papers using gin (ts_filter(search, '{a,c}'));
      analyze papers;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop index papers_topic_idx");
  }
}
