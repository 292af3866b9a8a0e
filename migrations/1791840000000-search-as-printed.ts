import type { MigrationInterface, QueryRunner } from "typeorm";

/** Ranges of characters, as PostgreSQL's regular expressions have them: none depends on the locale of the server. */
const LETTER = String.raw`A-Za-z\u0080-\U0010ffff`;
const INVISIBLE = String.raw`\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff`;
const SPACE = String.raw`\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const DASH = String.raw`\u2010-\u2013\u2212\ufe58\ufe63\uff0d`;
/** Punctuation, symbols and what is of private use, by Unicode's blocks. */
const SIGN = [
  String.raw`\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb-\u00bf\u00d7\u00f7\u02b9-\u02cf\u02d2-\u02df`,
  String.raw`\u05be\u060c\u061b\u061f\u06d4\u0964\u0965\u2000-\u206f\u207a-\u207e\u208a-\u208e\u20a0-\u20cf`,
  String.raw`\u2150-\u215f\u2190-\u249b\u2500-\u2bff\u2e00-\u2e7f\u3001-\u3004\u3008-\u3020\u3030\u303d-\u303f\u309b\u309c`,
  String.raw`\u30a0\u30fb\ue000-\uf8ff\ufe10-\ufe1f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40`,
  String.raw`\uff5b-\uff65\uffe0-\uffff\U0001f000-\U0001faff\U000f0000-\U0010ffff`,
].join("");
/** Chinese characters, kana and Hangul: what is written without spaces. */
const CJK = String.raw`\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff`;
/** Stop words that begin the names of things: SO-100. Without them a number alone would be left. */
const STOP = "am|an|as|at|be|by|do|he|if|in|is|it|me|my|no|of|on|or|so|to|up|we";
/** What the stemmer takes an s for a part of, since it has no vowel, or one that it does not count. */
const ACRONYM = "[b-df-hj-np-tv-xz]+[b-df-hj-np-rtv-xz]|[cgntx]pu|vla";
/** They end in s, but are no plurals. */
const SINGULAR = "bfs|bps|css|dfs|dns|dps|fps|gbps|gps|kbps|mbps|mcts|nms|rps|rts|sds|sms|sts|tls|tps|tts|xss";

/**
 * Texts and queries are read in one way, the same on every server, and as they are printed: see `searchable`. Papers that are
 * there already are read so beside the API (`reindexing.service.ts`): to read a million anew takes half an hour.
 */
export class SearchAsPrinted1791840000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(String.raw`
      -- a text so that PostgreSQL's parser finds words and unsigned numbers in it, and no hosts, files, tags or signed numbers:
      -- chr(31) stands for a sign, chr(30) where there was none; a query that is joined by either is a phrase
      create or replace function searchable(value text) returns text
        language plpgsql immutable strict parallel safe as $$
      -- what stands behind an "if" looks around itself, which is ten times slower than to see whether it is there at all
      declare
        t text collate "C" := value;
      begin
        if t ~ '[^\u0001-\u007f]' then
          t := regexp_replace(t, '[${INVISIBLE}]', '', 'g');
          t := translate(t, '⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉', '01234567890123456789');
          t := regexp_replace(t, '[${SPACE}]', ' ', 'g');
          t := regexp_replace(t, '(?<=\S)[${DASH}](?=\S)', '-', 'g');
          t := regexp_replace(t, '[${SIGN}]', chr(31), 'g');
          -- each a word of its own: a part of a run is a phrase
          t := regexp_replace(t, '([${CJK}])(?=[0-9${LETTER}])', '\1' || chr(30), 'g');
          t := regexp_replace(t, '([0-9${LETTER}])(?=[${CJK}])', '\1' || chr(30), 'g');
        end if;
        -- C++, C#, .NET: letters that no text has stand for their signs
        if t ~ '[+#]|\.[Nn]' then
          t := regexp_replace(t, '(?<![0-9${LETTER}])([A-Za-z])\+\+(?!\+)', '\1ʔʔ', 'g');
          t := regexp_replace(t, '(?<![0-9${LETTER}])([A-Za-z])#(?![#0-9${LETTER}])', '\1ʕ', 'g');
          t := regexp_replace(t, '(?<![.0-9${LETTER}])\.(?=net(?![0-9${LETTER}]))', 'ʘ', 'gi');
        end if;
        -- a/b, R&D, <think>, a@b
        t := translate(t, '/<>&@', repeat(chr(31), 5));
        -- U.S. is US; node.js and v.2 are two words, 2.5 is a number
        if t ~ '(^|[^0-9${LETTER}])[A-Za-z]\.[A-Za-z]([^0-9${LETTER}]|$)' then
          t := regexp_replace(t, '(?<=(?<![0-9${LETTER}])[A-Za-z])\.(?=[A-Za-z](?![0-9${LETTER}]))', '', 'g');
        end if;
        t := regexp_replace(t, '(?<=[0-9${LETTER}])\.(?=[${LETTER}])', chr(31), 'g');
        t := regexp_replace(t, '(?<=[${LETTER}])\.(?=[0-9])', chr(31), 'g');
        if t ~ '[0-9]' then
          -- T-5 is T5; GPT4 and GPT-4 are GPT 4, 100GB is 100 GB; 4o, 3D and H100 are words
          if t ~ '-[0-9]' then
            t := regexp_replace(t, '(?<![0-9${LETTER}])(?<![0-9${LETTER}]-)([A-Za-z]|${STOP})-(?=[0-9])', '\1', 'gi');
          end if;
          if t ~ '[${LETTER}]{2}[0-9]' then
            t := regexp_replace(
              t, '([${LETTER}]{2})(?<!(?:^|[^0-9${LETTER}])(?:${STOP}))(?=[0-9])', '\1' || chr(30), 'gi'
            );
          end if;
          t := regexp_replace(t, '([0-9])(?=[${LETTER}]{2})', '\1' || chr(30), 'g');
          t := regexp_replace(t, '(?<=[0-9${LETTER}])-(?=[0-9])', chr(31), 'g');
          if t ~ '[0-9][${LETTER}]?-' then
            t := regexp_replace(t, '(?<=[0-9][${LETTER}]?)-(?=[0-9${LETTER}])', chr(31), 'g');
          end if;
          t := regexp_replace(t, '[-+](?=[.]?[0-9])', chr(31), 'g');
        end if;
        -- LLMs, GPUs: the stemmer takes the s for a part of what has no other vowel
        if t ~* '(^|[^0-9${LETTER}])(${ACRONYM})s([^0-9${LETTER}]|$)' then
          t := regexp_replace(
            t, '(?<![0-9${LETTER}])(?!(?:${SINGULAR})(?![0-9${LETTER}]))(${ACRONYM})s(?![0-9${LETTER}])', '\1', 'gi'
          );
        end if;
        return t;
      end $$;

      create or replace function paper_search(title text, authors text, keywords text[], abstract text) returns tsvector
        language sql immutable parallel safe
        return setweight(to_tsvector('paper_text', searchable(title)), 'A')
          || setweight(to_tsvector('paper_text', searchable(coalesce(authors, ''))), 'B')
          || setweight(to_tsvector('paper_text', searchable(array_to_string(keywords, ' ; '))), 'C')
          || setweight(to_tsvector('paper_text', searchable(coalesce(abstract, ''))), 'D');

      -- up to which id papers are yet to be read anew, from the newest on; without a row, none
      create table if not exists search_backlog (
        up_to integer primary key
      );
      delete from search_backlog;
      insert into search_backlog (up_to) select max(id) from papers having max(id) is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // What was read anew is found by its plain words.
    await runner.query(`
      create or replace function paper_search(title text, authors text, keywords text[], abstract text) returns tsvector
        language sql immutable parallel safe
        return setweight(to_tsvector('paper_text', translate(replace(title, '</', '<<'), '<>&', '   ')), 'A')
          || setweight(to_tsvector('paper_text', translate(replace(coalesce(authors, ''), '</', '<<'), '<>&', '   ')), 'B')
          || setweight(to_tsvector('paper_text', translate(replace(array_to_string(keywords, ' ; '), '</', '<<'), '<>&', '   ')), 'C')
          || setweight(to_tsvector('paper_text', translate(replace(coalesce(abstract, ''), '</', '<<'), '<>&', '   ')), 'D');
      drop table search_backlog;
      drop function searchable(text);
    `);
  }
}
