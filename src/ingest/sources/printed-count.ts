/** A whole number as people print it: 1234 or 1,234. */
export const PRINTED_COUNT = /^(?:\d+|\d{1,3}(?:,\d{3})+)$/;

/** The number that a text is; undefined for other texts. */
export function countOf(text: string): number | undefined {
  return PRINTED_COUNT.test(text) ? Number(text.replaceAll(",", "")) : undefined;
}
