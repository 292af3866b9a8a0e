/** White space of any kind, line breaks too, as single spaces. */
export function collapse(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/**
 * What two printings of one title have in common: letters and digits only (case, white space, punctuation, `$` and
 * braces folded). A title without any is its own key.
 */
export function titleKey(title: string): string {
  const folded = title.normalize("NFKC").toLowerCase();
  return folded.replace(/[^\p{L}\p{M}\p{N}]/gu, "") || collapse(folded);
}

/** What makes two printed names one author: case, white space and the periods of initials folded. */
export function nameKey(name: string): string {
  const folded = name.normalize("NFKC").toLowerCase();
  return collapse(folded.replace(/(?<![\p{L}\p{M}])(\p{L}\p{M}*)\./gu, "$1 ")) || collapse(folded);
}

/** The first spelling of each word, whatever the case; white space collapsed, blanks left out. */
export function distinct(words: string[]): string[] {
  const known = new Map<string, string>();
  for (const word of words.map(collapse)) {
    const key = word.toLowerCase();
    if (word !== "" && !known.has(key)) known.set(key, word);
  }
  return [...known.values()];
}
