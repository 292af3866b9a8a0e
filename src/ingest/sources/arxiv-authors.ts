/** The parts of a name that stand behind a comma of their own. */
const SUFFIX = /^(?:jr|sr|ii|iii|iv)\.?$/i;
/** Degrees and memberships, which stand behind a comma, too, and are no part of a name. */
const DEGREE =
  /^(?:[Pp][Hh]\.?[Dd]|M\.?D|Dr|Prof|[BMD]\.?[Ss]c|[BM]\.?S|[BM]\.A|[BM]\.?Eng|[DM]\.?[Pp]hil|MBA|MPH|FRS|Esq|IEEE|ACM|(?:(?:Senior|Student|Life) )?(?:Member|Fellow)(?: (?:IEEE|ACM))?)\.?$/;
/** A line of one person, the last name first. */
const LAST_FIRST = /^([^\s,&]+), ?([^\s,&]+(?: \p{Lu}\.)*)$/u;
/** Names of more words are those of a group, or a sentence. */
const MAX_WORDS = 6;
/** What makes an entry more than a person's name: notes, lists within the list, groups with a place. */
const NO_NAME =
  /[;:()[\]?@]|\d|\bet\.? al\b|\b(?:on behalf|for the|and|with|the|of)\b|\b(?:universit|institut|department|laborator|academ|cent(?:er|re)\b)/i;

/**
 * The names in arXiv's line of authors, "Ada Example (1), B. C. Name Jr. and D. Last ((1) Somewhere)"; undefined where it cannot
 * be told for sure what is a name. https://info.arxiv.org/help/prep#author
 */
export function parseAuthors(line: string): string[] | undefined {
  const plain = withoutParentheses(line)?.replace(/\s+/g, " ").trim().replace(/,$/, "").trimEnd();
  if (plain === undefined) return undefined;
  const names: string[] = [];
  for (const name of entriesOf(plain)) {
    const last = names.at(-1);
    if (last && SUFFIX.test(name)) names[names.length - 1] = `${last} ${name}`;
    else if (!(last?.includes(" ") && DEGREE.test(name))) names.push(name);
  }
  const isPerson = names.length === 2 && !DEGREE.test(names[1]!) && LAST_FIRST.test(plain);
  const known = isPerson ? [plain.replace(LAST_FIRST, "$2 $1")] : names;
  return known.length > 0 && known.every(isName) && !mayBePairs(known) ? known : undefined;
}

/** "Last, First, Last, First" may be two persons or four. */
function mayBePairs(names: readonly string[]): boolean {
  return names.length > 2 && names.length % 2 === 0 && names.every((name) => !name.includes(" "));
}

function isName(text: string): boolean {
  return /\p{L}{2}/u.test(text) && !DEGREE.test(text) && !NO_NAME.test(text) && text.split(" ").length <= MAX_WORDS;
}

/** Affiliations, which may have parentheses of their own, and footnotes are dropped; undefined when one has no partner. */
function withoutParentheses(line: string): string | undefined {
  let depth = 0;
  let plain = "";
  for (const sign of line) {
    if (sign === "(") depth++;
    else if (sign === ")") depth--;
    else if (depth === 0) plain += sign;
    if (depth < 0) return undefined;
  }
  return depth === 0 ? plain : undefined;
}

/** Split at commas and "and" outside of TeX's braces. */
function entriesOf(text: string): string[] {
  return text.split(/\s*,\s*(?:(?:and|&)\s+)?(?![^{}]*\})|\s+(?:and|&)\s+(?![^{}]*\})/);
}
