/** An archive (cs, hep-th, astro-ph), alone or with a class (cs.CL, physics.optics, cond-mat.mes-hall, astro-ph.CO). */
const CATEGORY = /^[a-z]+(?:-[a-z]+)*(?:\.(?:[A-Z]{2}|[a-z]+(?:-[a-z]+)*))?$/;
const MAX_LENGTH = 30;

/** Whether a text is a category as arXiv writes it. Where arXiv lists categories it also lists classes of the ACM and the MSC. */
export function isCategory(text: string): boolean {
  return text.length <= MAX_LENGTH && CATEGORY.test(text);
}
