import type { MigrationInterface, QueryRunner } from "typeorm";
import { ACRONYM, GREEK, readingOfParts, SINGULAR } from "./1791870000000-search-parts";

const DIGITS = "0123456789";
const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const ASCII = `${CAPITALS}${CAPITALS.toLowerCase()}`;
/** What a formula may have as a name. */
const LETTERS = `${ASCII}ℓ${(GREEK.match(/[^ A-Za-z]/g) ?? []).join("")}`;

/** Acronyms on U, behind which the stemmer keeps the s: IMUs, ReLUs, IoUs; anus, onus and opus are words. */
export const ON_U = `${ACRONYM}|[aeiou][b-df-hj-np-tv-xz]u|[cgrs]elu|silu|swiglu|geglu|m?iou`;
export const SINGULAR_ON_U = `${SINGULAR}|anus|onus|opus`;
/** With an s they are no plurals: K8s, the mid-1990s, sub-10s, decades and thousands. Graphics cards have numbers beyond these. */
const NO_PLURAL = "(?:k8|(?:mid|early|late|pre|post|sub)-[0-9]+|1[0-9][0-9]0|20[0-4]0)s";
/** H100, T-5, GPT-4.1; 4090; 7B, but no 10m. */
const NUMBERED = "[0-9A-Za-z]*[A-Za-z]-?[0-9.]*[0-9]|[0-9]{4,}|[0-9A-Za-z]*[0-9][a-eg-loqrtv-z]";

/** Letters by their names in TeX, as unaccent makes them plain, and signs. */
const COMMANDS = `${GREEK} ell ℓ times × ss ss ae ae AE AE oe oe OE OE aa a AA A o o O O l l L L i i j j dh d DH D dj d DJ D th th TH TH ng n NG N`;
/** Commands for fonts, and for accents in formulas: what they show is in the braces behind them. */
const FONTS =
  "text textbf textit textmd textnormal textrm textsc textsf textsl texttt textup mathbb mathbf mathcal mathfrak mathit mathnormal " +
  "mathring mathrm mathscr mathsf mathtt operatorname boldsymbol bm emph tilde hat widetilde widehat bar vec dot ddot acute grave " +
  "check breve";
/** Letters and signs by their names in HTML, as unaccent makes them plain. */
const ENTITIES =
  'lt < gt > quot " lsquo ‘ rsquo ’ ldquo “ rdquo ” ndash – mdash — hellip … middot · times × frac12 ½ frac14 ¼ frac34 ¾ ' +
  "sup1 ¹ sup2 ² sup3 ³ dagger † szlig ss aelig ae oelig oe oslash o lstrok l inodot i eth d thorn th apos ' nbsp \u00a0 shy \u00ad";
const ACCENTS = "acute grave circ tilde uml ring cedil caron breve macr ogon";

const list = (words: string) => `array['${words.replace(/'/g, "''").replace(/ /g, "','")}']`;

/**
 * By pieces between signs, not by regular expressions: PostgreSQL keeps 32 of these per connection, which the rest of the reading
 * takes up, and to make one takes longer than to read an abstract. chr(28) stands before commands that are left.
 */
export const AS_SHOWN = String.raw`
        -- R&amp;D is R&D, H&ouml;lder Holder, as a reader without accents writes it
        if strpos(t, '&') > 0 and strpos(t, ';') > 0 then
          -- also what was encoded twice
          while strpos(t, '&amp;') > 0 loop
            t := replace(t, '&amp;', '&');
          end loop;
          pieces := string_to_array(t, '&');
          for i in 2 .. cardinality(pieces) loop
            piece := pieces[i];
            size := strpos(left(piece, 9), ';') - 1;
            shown := null;
            if size > 1 then
              name := left(piece, size);
              point := case
                when name ^@ '#' and size > 1 and ltrim(substr(name, 2), '${DIGITS}') = '' then substr(name, 2)::int
                when lower(name) ^@ '#x' and size > 2 and ltrim(substr(name, 3), '${DIGITS}abcdefABCDEF') = ''
                  then ('x' || lpad(substr(name, 3), 8, '0'))::bit(32)::int
              end;
              shown := case
                when point between 1 and 55295 or point between 57344 and 1114111 then chr(point)
                when substr(name, 2) = any(${list(ACCENTS)}) then left(name, 1)
                else (${list(ENTITIES)})[array_position(${list(ENTITIES)}, lower(name)) + 1]
              end;
            end if;
            pieces[i] := case when shown is null then '&' || piece else shown || substr(piece, size + 2) end;
          end loop;
          t := array_to_string(pieces, '');
        end if;
        if strpos(t, '\') > 0 then
          pieces := string_to_array(translate(t, chr(28), ' '), '\');
          for i in 2 .. cardinality(pieces) loop
            piece := pieces[i];
            behind := ltrim(piece, '${ASCII}');
            name := left(piece, length(piece) - length(behind));
            if name = '' then
              -- H\"older, \~{\^e}; an accent on nothing; \(x\)
              behind := ltrim(substr(piece, 2));
              pieces[i] := case
                when left(piece, 1) in ('(', ')') then '$' || substr(piece, 2)
                when piece = '' or strpos('"''^~=.' || chr(96), left(piece, 1)) = 0 then chr(28) || piece
                when behind ^@ '{}' then case when left(piece, 1) = '~' then ' ' else '' end || substr(behind, 3)
                when behind = '' or strpos('{${ASCII}', left(behind, 1)) > 0 then behind
                else chr(28) || piece
              end;
            elsif name = any(${list("u v H c k r d b")}) and ltrim(behind) ~ '^([{A-Za-z]|$)' then
              pieces[i] := ltrim(behind);
            elsif name = any(${list(FONTS)}) and ltrim(behind) ^@ '{' then
              pieces[i] := ltrim(behind);
            else
              shown := (${list(COMMANDS)})[array_position(${list(COMMANDS)}, name) + 1];
              pieces[i] := case
                when shown is null then chr(28) || piece
                when shown = '×' then
                  shown || case when right(pieces[i - 1], 1) <> ' ' and ltrim(behind) ^@ any(${list([...DIGITS].join(" "))}) then ltrim(behind) else behind end
                when strpos('${GREEK}', shown) > 0 and octet_length(shown) > 1 or shown = 'ℓ' then shown || behind
                -- the space ends a command, but behind one for a small letter and before a capital it is a space
                when behind ^@ '{}' then shown || substr(behind, 3)
                when name = upper(name) or ltrim(behind) = '' or strpos('${CAPITALS}', left(ltrim(behind), 1)) = 0 then shown || ltrim(behind)
                else shown || behind
              end;
            end if;
          end loop;
          t := array_to_string(pieces, '');
        end if;
        -- {L}arge, Erd{o}s
        for n in 1 .. 3 loop
          exit when strpos(t, '{') = 0;
          pieces := string_to_array(t, '{');
          before := pieces[1];
          for i in 2 .. cardinality(pieces) loop
            piece := pieces[i];
            size := strpos(piece, '}') - 1;
            shown := left(piece, greatest(size, 0));
            -- not what belongs to a command
            if size < 0 or ltrim(shown, '.${DIGITS}${LETTERS}') <> '' or right(rtrim(before, '${ASCII}'), 1) = chr(28) then
              pieces[i] := '{' || piece;
            else
              -- x_{1}y
              if shown <> '' and ltrim(shown, '.${DIGITS}') = '' and right(before, 1) in ('_', '^')
                and strpos('${LETTERS}', right(left(before, -1), 1)) > 0 and length(before) > 1 then
                pieces[i - 1] := left(pieces[i - 1], -1);
              end if;
              pieces[i] := shown || substr(piece, size + 2);
            end if;
            before := pieces[i];
          end loop;
          t := array_to_string(pieces, '');
        end loop;
        -- H$_2$O, $k$NN
        if strpos(t, '$') > 0 then
          pieces := string_to_array(t, '$');
          n := 2;
          while n < cardinality(pieces) loop
            piece := pieces[n];
            if piece = '' or strpos(piece, chr(28)) > 0 or translate(piece, E' \t\n\r', '') <> piece then
              pieces[n] := '$' || piece;
              n := n + 1;
            else
              if left(piece, 1) in ('_', '^') and length(piece) > 1 and ltrim(substr(piece, 2), '.${DIGITS}') = ''
                and pieces[n - 1] <> '' and strpos('${LETTERS})', right(pieces[n - 1], 1)) > 0 then
                pieces[n] := substr(piece, 2);
              end if;
              n := n + 2;
            end if;
          end loop;
          if n = cardinality(pieces) then pieces[n] := '$' || pieces[n]; end if;
          t := array_to_string(pieces, '');
        end if;
        -- π_0, m^2, ^13C, H_2O, but a_3D and 10^3 stay apart
        foreach sign in array array['_', '^'] loop
          if strpos(t, sign) > 0 then
            pieces := string_to_array(t, sign);
            for i in 2 .. cardinality(pieces) loop
              piece := pieces[i];
              behind := left(ltrim(piece, '${DIGITS}'), 1);
              before := right(pieces[i - 1], 2);
              shown := right(before, 1);
              pieces[i] := case
                when strpos('${DIGITS}', left(piece, 1)) = 0 or piece = '' then sign || piece
                when behind <> '' and strpos('_${DIGITS}${LETTERS}', behind) > 0 
                  and not (strpos('${CAPITALS}', behind) > 0 and (sign = '^' or shown <> '' and strpos('${CAPITALS}', shown) > 0))
                  then sign || piece
                when sign = '^' and behind <> '' and strpos('${CAPITALS}', behind) > 0 and (shown = '' or strpos(' $', shown) > 0) then piece
                when shown <> '' and strpos('${LETTERS}', shown) > 0
                  and (length(before) = 1 or strpos('${DIGITS}${LETTERS}', left(before, 1)) = 0) then piece
                else sign || piece
              end;
            end loop;
            t := array_to_string(pieces, '');
          end if;
        end loop;
        t := translate(t, chr(28), chr(31));
        -- nor is 10³ 103
        if octet_length(t) > length(t) and translate(t, '⁰¹²³⁴⁵⁶⁷⁸⁹', '') <> t then
          t := regexp_replace(t, '([0-9₀-₉])(?=[⁰¹²³⁴-⁹])', '\1' || chr(30), 'g');
        end if;`;

/** H100s, GPT-4s, 4090s and 7Bs, but neither 10s nor 1990s. */
export const NUMBERS = String.raw`
          if t ~ '[0-9][A-Za-z]?[sS]([^0-9A-Za-z]|$)' then
            t := regexp_replace(t, '(?<![0-9A-Za-z])(?!${NO_PLURAL}(?![0-9A-Za-z]))(${NUMBERED})s(?![0-9A-Za-z])', '\1', 'gi');
          end if;`;

export const readingOfTex = readingOfParts({
  shown: AS_SHOWN,
  numbers: NUMBERS,
  acronym: ON_U,
  singular: SINGULAR_ON_U,
});

/**
 * What TeX, HTML and the plural of a number show is searched: $\pi_0$ is π0, Erd\H{o}s is Erdős, R&amp;D is R&D, and H100s are
 * H100. Papers that are there already are read so beside the API (`reindexing.service.ts`).
 */
export class SearchTex1791890000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(readingOfTex);
    // Papers are yet to be read anew, from the newest on.
    await runner.query("delete from search_backlog");
    await runner.query("insert into search_backlog (up_to) select max(id) from papers having max(id) is not null");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(readingOfParts());
  }
}
