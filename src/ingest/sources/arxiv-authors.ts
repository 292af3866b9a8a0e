/** The parts of a name that stand behind a comma of their own. */
const SUFFIX = /^(?:jr|sr|ii|iii|iv)\.?$/i;
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
  const plain = withoutParentheses(line);
  if (plain === undefined) return undefined;
  const names: string[] = [];
  for (const entry of entriesOf(plain)) {
    const name = entry.replace(/\s+/g, " ").trim();
    if (SUFFIX.test(name) && names.length > 0) names.push(`${names.pop()} ${name}`);
    else names.push(name);
  }
  return names.length > 0 && names.every(isName) ? names : undefined;
}

function isName(text: string): boolean {
  return /\p{L}{2}/u.test(text) && !NO_NAME.test(text) && text.split(" ").length <= MAX_WORDS;
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
  const whole = text.replace(/\s+/g, " ").trim();
  return whole.split(/\s*,\s*(?:(?:and|&)\s+)?(?![^{}]*\})|\s+(?:and|&)\s+(?![^{}]*\})/);
}
