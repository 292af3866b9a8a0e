import type { MigrationInterface, QueryRunner } from "typeorm";

export class FoldMailboxes1791510000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- dots and the like, which these providers do not look at; the part before the @ is without its plus-tag already
      update digest_subscriptions set email_fold = replace(split_part(email_fold, '@', 1), '.', '') || '@gmail.com'
      where split_part(email_fold, '@', 2) in ('gmail.com', 'googlemail.com');
      update digest_subscriptions set email_fold = translate(split_part(email_fold, '@', 1), '._-', '') || '@proton.me'
      where split_part(email_fold, '@', 2) in ('proton.me', 'protonmail.com', 'pm.me');

      -- each zone by one spelling: what computes with zones keeps something for each
      update digest_subscriptions s set time_zone = n.name from pg_timezone_names n
      where lower(n.name) = lower(s.time_zone) and n.name <> s.time_zone;
    `);
  }

  async down(): Promise<void> {
    // The version before takes both as they are.
  }
}
