/** An archive (cs, hep-th, astro-ph), alone or with a class (cs.CL, physics.optics, cond-mat.mes-hall, astro-ph.CO). */
const CATEGORY = /^[a-z]+(?:-[a-z]+)*(?:\.(?:[A-Z]{2}|(?=[a-z-]{3})[a-z]+(?:-[a-z]+)*))?$/;
const MAX_LENGTH = 30;

/** Whether a text is written as arXiv's categories are, be there such a one or not. */
export function hasForm(text: string): boolean {
  return text.length <= MAX_LENGTH && CATEGORY.test(text);
}

/** The category that somebody typed, as arXiv writes it: a class of two letters in capitals; null for any other text. */
export function readCategory(text: string): string | null {
  const [archive, name] = text
    .trim()
    .toLowerCase()
    .split(/\.(.*)/s);
  const category = name === undefined ? archive! : `${archive}.${name.length === 2 ? name.toUpperCase() : name}`;
  return hasForm(category) ? category : null;
}

/** The distinct categories of a list, as arXiv writes them; other texts stay as they are, to be refused. */
export function inKnownSpelling(categories: readonly string[]): string[] {
  return [...new Set(categories.map((category) => readCategory(category) ?? category))];
}
