import { isBroken } from "../text";
import type { PaperLook } from "./look";

/** Lengths beyond which a text is no title, name or abstract; PostgreSQL's indexes and text search have their limits too. */
const MAX_LENGTH = { title: 2000, abstract: 100_000, summary: 20_000, keywords: 200, authors: 500, organization: 200 };

/** Why a look cannot be stored; null when it can. */
export function problemOf(look: PaperLook): string | null {
  const texts: Record<keyof typeof MAX_LENGTH, (string | undefined)[]> = {
    title: [look.title],
    abstract: [look.abstract],
    summary: [look.summary],
    keywords: look.keywords ?? [],
    authors: look.authors ?? [],
    organization: [look.organization?.key, look.organization?.name],
  };
  if (look.title === "") return "It has no title.";
  for (const [field, limit] of Object.entries(MAX_LENGTH)) {
    const values = texts[field as keyof typeof MAX_LENGTH].map((value) => value ?? "");
    if (values.some(isBroken)) return `${field} holds NUL or half of a surrogate pair, which is no text.`;
    if (values.some((value) => value.length > limit)) return `${field} is longer than ${limit} characters.`;
  }
  return null;
}
