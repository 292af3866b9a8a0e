import type { PaperFilter } from "./paper-filter.input";

/**
 * The fields of a filter that ask for something: neither null nor an empty list. As a condition no paper would match an empty
 * one, and a stored filter would keep nothing for ever.
 */
export function givenFields(filter: PaperFilter): PaperFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => asksForSomething(value)));
}

/** Whether a filter keeps all papers. */
export function keepsAll(filter: PaperFilter | null | undefined): boolean {
  return !filter || !Object.values(filter).some(asksForSomething);
}

function asksForSomething(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}
