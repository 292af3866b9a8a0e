import type { MigrationInterface, QueryRunner } from "typeorm";

/** The zone that has the hours of an offset: of Etc, whose names have the sign of POSIX, or of a place where the hours are not whole. */
const zoneOf = (given: string) => `
  coalesce(
    (
      select zone from (values
        ('+0330', 'Asia/Tehran'), ('+0430', 'Asia/Kabul'), ('+0530', 'Asia/Kolkata'), ('+0545', 'Asia/Kathmandu'),
        ('+0630', 'Asia/Yangon'), ('+0845', 'Australia/Eucla'), ('+0930', 'Australia/Darwin'),
        ('+1030', 'Australia/Lord_Howe'), ('+1245', 'Pacific/Chatham'), ('-0330', 'America/St_Johns'),
        ('-0930', 'Pacific/Marquesas')
      ) v (shift, zone) where shift = replace(${given}, ':', '')
    ),
    case
      when ${given} ~ '^[+](0[1-9]|1[0-4])' then 'Etc/GMT-' || substring(${given} from 2 for 2)::integer
      when ${given} ~ '^[-](0[1-9]|1[0-2])' then 'Etc/GMT+' || substring(${given} from 2 for 2)::integer
      else 'UTC'
    end
  )`;

/** Before our own list, Node 22 and 24 took offsets for zones, and the form refused to save them. */
export class NameZonesOfOffsets1791860000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update digest_subscriptions set time_zone = ${zoneOf("time_zone")} where time_zone ~ '^[+-][0-9]';

      -- what waits for its confirmation
      update digest_deliveries
      set request = jsonb_set(request, '{timeZone}', to_jsonb(${zoneOf("(request ->> 'timeZone')")}))
      where kind = 'CONFIRMATION' and request ->> 'timeZone' ~ '^[+-][0-9]';
    `);
  }

  async down(): Promise<void> {
    // The version before takes these names, too.
  }
}
