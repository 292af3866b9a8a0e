import { plain } from "../spelling/stop-words";
import type { CslName } from "./csl.types";

/** Words of names of groups; "AI" only in capitals, as Ai is a family name. */
const GROUP =
  /(?<![\p{L}\p{N}-])(?:agency|alliance|association|authors?|cent(?:er|re)|coalition|collaborations?|committee|community|company|consortium|contributors?|corporation|council|department|foundation|group|inc|initiative|institute|labs?|laborator(?:y|ies)|members?|network|organization|partnership|project|research|society|teams?|university)(?![\p{L}\p{N}-])|^the\s|(?<!\S)and(?!\S)/iu;
const CAPITAL_AI = /(?<!\S)AI(?!\S)/;
/** Chinese, Japanese and Korean names begin with the family's, and are printed in their own order. */
const FAMILY_FIRST = /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}ー々・\s]+$/u;
const NICKNAME = /\s(?:"[^"]+"|“[^”]+”|\([^()]+\))(?=\s)/gu;
/** What no name of a person has; a comma, once a suffix is read. */
const NOT_OF_PERSONS = /[^\p{L}\p{M}\s.'’‘\x60´ʼʻ·・‐‑–-]/u;
const SUFFIX = /,?\s+((?:Jr|Sr)\.?|II|III|IV)$/u;
/** Slips of listings that were cut at commas and line ends: "and Ada Example", "Ada Example\\". */
const STRAY = /^(?:and\s+|[\\\s]+)(?=\S)|(?:\s+and|[\\\s]+)$/giu;

/** Of an accent that was given twice: "St\\ütz". */
const STRAY_BACKSLASH = /\\(?=\P{ASCII})/gu;

/** Words with which a family name begins: in small letters wherever they stand, others also with a capital. */
const PARTICLES = new Set(
  "af al bin da das de degli dei del dell della den der des di do dos du el ibn la las le les lo ten ter van vom von zu zum zur".split(
    " ",
  ),
);
const CAPITALIZED = new Set("Al Ben Da De Del Della Di Dos Du El La Le Mac Van Von".split(" "));
/** Before these, Van and Le are parts of a given name. */
const VIETNAMESE = new Set("bui dang do duong ho hoang huynh le ly ngo nguyen pham phan tran vo vu".split(" "));

/** A printed name by its parts; a group's, and any that has no such parts, as one. */
export function readCitedName(printed: string): CslName {
  const name = printed.replace(STRAY, "").replace(STRAY_BACKSLASH, "");
  const [, suffix] = name.split(/\s+/).length > 2 ? (SUFFIX.exec(name) ?? []) : [];
  const withoutSuffix = suffix === undefined ? name : name.replace(SUFFIX, "");
  const words = withoutSuffix.split(/\s+/);
  if (words.length === 1 || isWhole(withoutSuffix)) return { literal: name };
  const start = startOfFamily(words);
  const named = words.findIndex((word, i) => i >= start && (i === words.length - 1 || !PARTICLES.has(word)));
  const particles = words.slice(start, named);
  return {
    family: words.slice(named).join(" "),
    given: words.slice(0, start).join(" "),
    ...(particles.length > 0 && { "non-dropping-particle": particles.join(" ") }),
    ...(suffix !== undefined && { suffix }),
  };
}

/** The name in the order of print. */
export function printedName({ literal, given, "non-dropping-particle": particle, family, suffix }: CslName): string {
  return literal ?? [given, particle, family, suffix].filter((part) => part).join(" ");
}

/** "van der Maaten": what a name is sorted by, and cited by. */
export function familyName({ literal, "non-dropping-particle": particle, family = "" }: CslName): string {
  return literal ?? (particle ? `${particle} ${family}` : family);
}

/** Whether a name has no parts that citations could put in another order. */
function isWhole(name: string): boolean {
  const plainName = name.replace(NICKNAME, "");
  return (
    FAMILY_FIRST.test(plainName) ||
    GROUP.test(plainName) ||
    CAPITAL_AI.test(plainName) ||
    NOT_OF_PERSONS.test(plainName)
  );
}

/** The first particle behind the first word, or the last word. */
function startOfFamily(words: readonly string[]): number {
  const last = words.length - 1;
  const isVietnamese = VIETNAMESE.has(plain(words[last]!));
  const isParticle = (word: string) => PARTICLES.has(word) || (CAPITALIZED.has(word) && !isVietnamese);
  const start = words.findIndex((word, i) => i > 0 && i < last && isParticle(word));
  return start < 0 ? last : start;
}
