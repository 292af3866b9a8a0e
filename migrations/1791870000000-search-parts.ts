import type { MigrationInterface, QueryRunner } from "typeorm";
import { SearchAsPrinted1791840000000 } from "./1791840000000-search-as-printed";

/** Ranges of characters, as PostgreSQL's regular expressions have them: none depends on the locale of the server. */
const LETTER = String.raw`A-Za-z\u0080-\U0010ffff`;
export const INVISIBLE = String.raw`\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff`;
export const SPACES =
  "\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000";
export const DASH = String.raw`\u2010-\u2013\u2212\ufe58\ufe63\uff0d`;
/** Punctuation, symbols and what is of private use, by Unicode's blocks; but for full-width ones, which are ASCII's. */
export const SIGN = [
  String.raw`\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb-\u00bf\u00d7\u00f7\u02b9-\u02cf\u02d2-\u02df`,
  String.raw`\u05be\u060c\u061b\u061f\u06d4\u0964\u0965\u2000-\u206f\u207a-\u207e\u208a-\u208e\u20a0-\u20cf\u2120\u2122`,
  String.raw`\u2150-\u215f\u2190-\u249b\u2500-\u2bff\u2e00-\u2e7f\u3001-\u3004\u3008-\u3020\u3030\u303d-\u303f\u309b\u309c`,
  String.raw`\u30a0\u30fb\ue000-\uf8ff\ufe10-\ufe1f\ufe30-\ufe6f\uff5f-\uff65\uffe0-\uffff\U0001f000-\U0001faff`,
  String.raw`\U000f0000-\U0010ffff`,
].join("");
/** Chinese characters, kana and Hangul: what is written without spaces. */
export const CJK = String.raw`\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff`;
/** Stop words that begin the names of things: SO-100. Without them a number alone would be left. */
export const STOP = "am|an|as|at|be|by|do|he|if|in|is|it|me|my|no|of|on|or|so|to|up|we";
/** Single letters that with a number are a name: T 5. A and I are words, x is a sign, v stands for versus. */
export const NAME = "b-hj-uwyzB-HJ-UWYZ";
/** Letters that stand for units, or dimensions: 7 B, 24 h, 3-D. */
export const UNIT = "bdhkmBDHKM";
/** What the stemmer takes an s for a part of: no vowel, or only one before the s. This and thus are words. */
const CONSONANTS = "b-df-hj-np-tv-xz";
export const ACRONYM = `[${CONSONANTS}]+[b-df-hj-np-rtv-xz]|(?:[b-df-hj-np-sv-xz][${CONSONANTS}]+|t[b-df-gj-np-tv-xz][${CONSONANTS}]*)[aeiou]`;
/** They end in s, but are no plurals. */
export const SINGULAR =
  "bfs|bps|css|dfs|dns|dps|fps|gbps|gps|kbps|mbps|mcts|nms|plus|rps|rts|sds|shes|sms|sts|tls|tps|tts|whos|xss";
/** Greek letters by their names in TeX. */
export const GREEK =
  "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ " +
  "sigma σ tau τ upsilon υ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω";
const NAMES_OF_GREEK = (GREEK.match(/[A-Za-z]+/g) ?? []).join("|");

/** The variables of the function, in each of its versions. */
export const VARIABLES = `t text collate "C" := value;
        greek text[];
        pieces text[];
        piece text;
        name text;
        before text;
        behind text;
        shown text;
        sign text;
        size int;
        point int;
        n int;`;
/** In a text `t`: $\alpha$ is α. */
export const READ_GREEK = String.raw`if strpos(t, '\') > 0 then
          t := regexp_replace(t, '(\$?)\\(${NAMES_OF_GREEK})(?![A-Za-z])\1', chr(29) || '\2' || chr(29), 'g');
          greek := string_to_array('${GREEK}', ' ');
          for i in 1 .. cardinality(greek) / 2 loop
            t := replace(t, chr(29) || greek[2 * i - 1] || chr(29), greek[2 * i]);
          end loop;
        end if;`;

/** The function that reads a text by its parts. A later migration reads what is shown and numbers before, and has more acronyms. */
export const readingOfParts = ({ shown = "", numbers = "", acronym = ACRONYM, singular = SINGULAR } = {}) => String.raw`
      -- a text so that PostgreSQL's parser finds words and unsigned numbers in it, and no hosts, files, tags or signed numbers:
      -- chr(31) stands for a sign, chr(30) where there was none; a query that is joined by either is a phrase
      create or replace function searchable(value text) returns text
        language plpgsql immutable strict parallel safe as $$
      -- what stands behind an "if" looks around itself, which is ten times slower than to see whether it is there at all
      declare
        ${VARIABLES}
      begin
        ${shown}
        if octet_length(t) > length(t) then
          t := regexp_replace(t, '[${INVISIBLE}]', '', 'g');
          t := translate(t, '♯${SPACES}', '#' || repeat(' ', ${SPACES.length}));
          t := regexp_replace(t, '(?<=\S)[${DASH}](?=\S)', '-', 'g');
          if strpos(t, '×') > 0 then
            t := regexp_replace(t, '(?<=[0-9])×|×(?=[0-9])', 'x', 'g');
          end if;
          t := regexp_replace(t, '[${SIGN}]', chr(31), 'g');
          t := normalize(t, NFKC);
          -- each a word of its own: a part of a run is a phrase
          t := regexp_replace(t, '([${CJK}])(?=[0-9${LETTER}])', '\1' || chr(30), 'g');
          t := regexp_replace(t, '([0-9${LETTER}])(?=[${CJK}])', '\1' || chr(30), 'g');
        end if;
        -- $\alpha$ is α
        ${READ_GREEK}
        -- C++, C#, .NET: letters that no text has stand for their signs
        if t ~ '[+#]|\.[Nn]' then
          t := regexp_replace(t, '(?<![0-9${LETTER}])([A-Za-z])\+\+(?!\+)', '\1ʔʔ', 'g');
          t := regexp_replace(t, '(?<![0-9${LETTER}])([A-Za-z])#(?![#0-9${LETTER}])', '\1ʕ', 'g');
          t := regexp_replace(t, '(?<![.0-9${LETTER}])\.(?=net(?![0-9${LETTER}]))', 'ʘ', 'gi');
        end if;
        -- a/b, R&D, <think>, a@b, 60~Hz
        t := translate(t, '/<>&@~', repeat(chr(31), 6));
        -- U.S. is US; node.js and v.2 are two words, 2.5 is a number
        if t ~ '(^|[^0-9${LETTER}])[A-Za-z]\.[A-Za-z]([^0-9${LETTER}]|$)' then
          t := regexp_replace(t, '(?<=(?<![0-9${LETTER}])[A-Za-z])\.(?=[A-Za-z](?![0-9${LETTER}]))', '', 'g');
        end if;
        t := regexp_replace(t, '(?<=[0-9${LETTER}])\.(?=[${LETTER}])', chr(31), 'g');
        t := regexp_replace(t, '(?<=[${LETTER}])\.(?=[0-9])', chr(31), 'g');
        if t ~ '[0-9]' then
          ${numbers}
          -- T-5 and T 5 are T5; GPT4 and GPT-4 are GPT 4, 100GB is 100 GB, v1.5 is v 1.5; 4o, 3D and H100 are words
          if t ~ '-[0-9]|(^|[^0-9${LETTER}])[${NAME}] [0-9]' then
            t := regexp_replace(t, '(?<![0-9${LETTER}])(?<![0-9${LETTER}]-)([A-Za-z]|${STOP})-(?=[0-9])', '\1', 'gi');
            t := regexp_replace(
              t, '(?<![0-9${LETTER}])(?<![0-9${LETTER}][-.''\u001f])([${NAME}]) (?=[0-9]{1,3}(?![0-9${LETTER}]|\.[0-9]))', '\1', 'g'
            );
          end if;
          if t ~ '[${LETTER}]{2}[0-9]|[${LETTER}][0-9]+\.[0-9]' then
            t := regexp_replace(
              t, '([${LETTER}]{2}(?<!(?:^|[^0-9${LETTER}])(?:${STOP}))(?=[0-9])|[${LETTER}](?=[0-9]+\.[0-9]))', '\1' || chr(30), 'gi'
            );
          end if;
          t := regexp_replace(t, '([0-9])(?=[${LETTER}]{2})', '\1' || chr(30), 'g');
          -- 24 h is 24h, 3-D is 3D
          if t ~ '[0-9][- ][${UNIT}]([^0-9${LETTER}]|$)' then
            t := regexp_replace(
              t, '(?<![-.,\u001e\u001f0-9${LETTER}])([0-9]+)(?:-(?=[${UNIT}](?![0-9${LETTER}]))| (?=[${UNIT}](?![-0-9${LETTER}])))', '\1', 'g'
            );
          end if;
          t := regexp_replace(t, '(?<=[0-9${LETTER}])-(?=[0-9])', chr(31), 'g');
          if t ~ '[0-9][${LETTER}]?-' then
            t := regexp_replace(t, '(?<=[0-9][${LETTER}]?)-(?=[0-9${LETTER}])', chr(31), 'g');
          end if;
          t := regexp_replace(t, '[-+](?=[.]?[0-9])', chr(31), 'g');
        end if;
        -- LLMs, GPUs, PDEs
        if t ~* '(^|[^0-9${LETTER}])(${acronym})s([^0-9${LETTER}]|$)' then
          t := regexp_replace(
            t, '(?<![0-9${LETTER}])(?!(?:${singular})(?![0-9${LETTER}]))(${acronym})s(?![0-9${LETTER}])', '\1', 'gi'
          );
        end if;
        return t;
      end $$;
`;

/**
 * The parts of a compound stand one behind the other, as PostgreSQL's parser counts them, which set the compound between: a part of
 * what is printed is found wherever it stands. Papers that are there already are read so beside the API (`reindexing.service.ts`).
 */
export class SearchParts1791870000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- text-to-image is text, to and image: a compound alone has no word of its own, and its parts are words, however common
      create text search dictionary paper_part (template = snowball, language = english);
      alter text search configuration paper_text drop mapping if exists for asciihword, hword, numhword;
      alter text search configuration paper_text alter mapping for hword_asciipart with paper_part;
      alter text search configuration paper_text alter mapping for hword_part with unaccent, paper_part;

      ${readingOfParts()}

      -- papers are yet to be read anew, from the newest on
      delete from search_backlog;
      insert into search_backlog (up_to) select max(id) from papers having max(id) is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await new SearchAsPrinted1791840000000().up(runner);
    await runner.query(`
      alter text search configuration paper_text add mapping for numhword with simple;
      alter text search configuration paper_text add mapping for asciihword with english_stem;
      alter text search configuration paper_text add mapping for hword with unaccent, english_stem;
      alter text search configuration paper_text alter mapping for hword_asciipart with english_stem;
      alter text search configuration paper_text alter mapping for hword_part with unaccent, english_stem;
      drop text search dictionary paper_part;
    `);
  }
}
