import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Of names that differ in case alone, one stays as it is: that of a user of the command line, who is known there by it, or
 * else the oldest. The others get their number at the end, and the papers that show them have changed.
 */
export class MakeUsernamesUniqueWithoutCase1791410000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      lock table users in share row exclusive mode;

      do $$
      declare
        double record;
        wanted text;
        attempt integer;
      begin
        for double in
          select id, username from (
            select id, username, row_number() over (
              partition by lower(username collate "C") order by issuer is not null, id
            ) as place
            from users
          ) placed
          where place > 1
          order by id
        loop
          wanted := left(double.username, 28) || '-' || double.id;
          attempt := 1;
          while exists (select from users where lower(username collate "C") = lower(wanted collate "C")) loop
            wanted := left(double.username, 20) || '-' || double.id || '-' || attempt;
            attempt := attempt + 1;
          end loop;
          update users set username = wanted where id = double.id;
          insert into paper_touches (paper_id, upvotes_changed)
            select id, false from papers where submitter_id = double.id;
        end loop;
      end $$;

      create unique index users_username_fold_idx on users (lower(username collate "C"));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query("drop index users_username_fold_idx");
  }
}
