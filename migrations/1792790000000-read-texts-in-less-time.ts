import type { MigrationInterface, QueryRunner } from "typeorm";
import {
  ACRONYM,
  CJK,
  DASH,
  INVISIBLE,
  NAME,
  READ_GREEK,
  SIGN,
  SPACES,
  STOP,
  UNIT,
  VARIABLES,
} from "./1791870000000-search-parts";
import { AS_SHOWN, NUMBERS, SINGULAR_ON_U } from "./1791890000000-search-tex";
import { L, LD, READ_SIGNED, readingOfTexts } from "./1792620000000-read-texts-faster";

/** Acronyms on U of fewer letters than an expression that tells them from other words has states for. */
const SHORT_ON_U = "[aeiou][b-df-hj-np-tv-xz]u";
const LONG_ON_U = "[cgrs]elu|silu|swiglu|geglu|m?iou";
const SINGULAR_WITHOUT_S = SINGULAR_ON_U.replace(/s(?=\||$)/g, "");

/**
 * Whether there is anything to do is asked first, by few and plain characters: PostgreSQL makes the automaton of an expression
 * anew for each text, state by state. It goes through the whole text once more for what stands behind something longer than a
 * character, for each match; and `translate` compares each character of the text.
 */
const reading = String.raw`
      create or replace function searchable(value text) returns text
        language plpgsql immutable strict parallel safe as $$
      declare
        ${VARIABLES}
        is_rare boolean;
      begin
        if t ~ '[&\\{$_^\u001c⁰¹²³⁴-⁹]' then
          ${AS_SHOWN}
        end if;
        if octet_length(t) > length(t) then
          t := regexp_replace(t, '[${INVISIBLE}]', '', 'g');
          if t ~ '[♯${SPACES}]' then
            t := translate(t, '♯${SPACES}', '#' || repeat(' ', ${SPACES.length}));
          end if;
          t := regexp_replace(t, '(?<=\S)[${DASH}](?=\S)', '-', 'g');
          if strpos(t, '×') > 0 then
            t := regexp_replace(t, '(?<=[0-9])×|×(?=[0-9])', 'x', 'g');
          end if;
          t := regexp_replace(t, '[${SIGN}]', chr(31), 'g');
          if t is not nfkc normalized then
            t := normalize(t, NFKC);
          end if;
          -- each a word of its own: a part of a run is a phrase
          t := regexp_replace(t, '([${CJK}](?=${LD})|${LD}(?=[${CJK}]))', '\1' || chr(30), 'g');
        end if;
        -- $\alpha$ is α
        ${READ_GREEK}
        -- C++, C#, .NET: letters that no text has stand for their signs
        ${READ_SIGNED}
        -- a/b, R&D, <think>, a@b, 60~Hz
        foreach sign in array array['/', '<', '>', '&', '@', '~'] loop
          t := replace(t, sign, chr(31));
        end loop;
        if t ~ '\.${L}|${L}\.[0-9]' then
          t := regexp_replace(t, '(?<!\.)(?<!${LD})\.(?=net(?!${LD}))', 'ʘ', 'gi');
          -- U.S. is US; node.js and v.2 are two words, 2.5 is a number
          t := regexp_replace(t, '(?<!${LD})([A-Za-z])\.(?=[A-Za-z](?!${LD}))', '\1', 'g');
          t := regexp_replace(t, '(?<=${LD})\.(?=${L})|(?<=${L})\.(?=[0-9])', chr(31), 'g');
        end if;
        if t ~ '[0-9](?:${L}|-${LD}| [${UNIT}](?!${L}))|(?:${L}|[-+][.]?|(?<!${LD})[${NAME}] )[0-9]' then
          is_rare := t ~ '[0-9][A-Za-z]?[sS](?![0-9A-Za-z])|(?<!${LD})(?:[A-Za-z]{1,2}-|[${NAME}] )[0-9]|${L}[0-9]+\.[0-9]|[0-9][- ][${UNIT}](?!${L})';
          if is_rare then
            ${NUMBERS}
            -- T-5 and T 5 are T5; GPT4 and GPT-4 are GPT 4, 100GB is 100 GB, v1.5 is v 1.5; 4o, 3D and H100 are words
            t := regexp_replace(t, '(?<!${LD})([A-Za-z]|${STOP})-(?=[0-9])(?<!${LD}-[A-Za-z]{1,2}-)', '\1', 'gi');
            t := regexp_replace(
              t, '(?<!${LD})([${NAME}]) (?<!${LD}[-.''\u001f]. )(?=[0-9]{1,3}(?!${LD}|\.[0-9]))', '\1', 'g'
            );
          end if;
          shown := regexp_replace(t, '(${L}{2})(?=[0-9])', '\1' || chr(28), 'g');
          if shown <> t then
            t := replace(regexp_replace(shown, '(?<!${LD})(${STOP})\u001c', '\1', 'gi'), chr(28), chr(30));
          end if;
          if is_rare then
            t := regexp_replace(t, '(${L})([0-9])(?=[0-9]*\.[0-9])', '\1' || chr(30) || '\2', 'g');
          end if;
          t := regexp_replace(t, '([0-9])(?=${L}{2})', '\1' || chr(30), 'g');
          if is_rare then
            -- 24 h is 24h, 3-D is 3D
            t := regexp_replace(
              t, '(?<![-.,\u001e\u001f])(?<!${LD})([0-9]+)(?:-(?=[${UNIT}](?!${LD}))| (?=[${UNIT}](?!-)(?!${LD})))', '\1', 'g'
            );
          end if;
          t := regexp_replace(t, '([0-9]${L}?)-(?=${LD})|[-+](?=[.]?[0-9])', '\1' || chr(31), 'g');
        end if;
        -- LLMs, GPUs, PDEs
        shown := regexp_replace(t, '(?<!${LD})(${ACRONYM}|${SHORT_ON_U})s(?!${LD})', '\1' || chr(28), 'gi');
        if shown <> t then
          pieces := string_to_array(shown, chr(28));
          point := 0;
          for i in 1 .. cardinality(pieces) - 1 loop
            point := point + length(pieces[i]) + 1;
            if right(pieces[i], 4) ~* '(?<!${LD})(?:${SINGULAR_WITHOUT_S})$' then
              pieces[i] := pieces[i] || substr(t, point, 1);
            end if;
          end loop;
          t := array_to_string(pieces, '');
        end if;
        if t ~* '(?:lu|iou)s(?!${LD})' then
          t := regexp_replace(t, '(?<!${LD})(${LONG_ON_U})s(?!${LD})', '\1', 'gi');
        end if;
        return t;
      end $$;
`;

/** Texts are read as before, in a third of the time. */
export class ReadTextsInLessTime1792790000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(reading);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(readingOfTexts);
  }
}
