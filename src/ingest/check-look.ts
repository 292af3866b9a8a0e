import { isBroken } from "../text";
import type { PaperLook } from "./look";

/** Lengths beyond which a text is no title, name or abstract; PostgreSQL's indexes and text search have their limits too. */
const MAX_LENGTH = { title: 2000, abstract: 100_000, summary: 20_000, keywords: 200, authors: 500, organization: 200 };

type TextField = keyof typeof MAX_LENGTH;

export interface Problem {
  field: TextField | "featured";
  reason: string;
}

/** Why a look cannot be stored; null when it can. */
export function problemOf(look: PaperLook): Problem | null {
  const texts: Record<TextField, (string | undefined)[]> = {
    title: [look.title],
    abstract: [look.abstract],
    summary: [look.summary],
    keywords: look.keywords ?? [],
    authors: look.authors ?? [],
    organization: [look.organization?.key, look.organization?.name],
  };
  if (look.title === "") return { field: "title", reason: "It has no title." };
  for (const field of Object.keys(MAX_LENGTH) as TextField[]) {
    const reason = problemOfTexts(texts[field], MAX_LENGTH[field]);
    if (reason) return { field, reason: `${field} ${reason}.` };
  }
  if (look.featured && look.featured.on > tomorrow()) {
    return { field: "featured", reason: `Its feed day ${look.featured.on} is still to come.` };
  }
  return null;
}

function problemOfTexts(texts: (string | undefined)[], limit: number): string | null {
  const values = texts.map((value) => value ?? "");
  if (values.some(isBroken)) return "holds NUL or half of a surrogate pair, which is no text";
  return values.some((value) => value.length > limit) ? `is longer than ${limit} characters` : null;
}

/** A source east of Greenwich is a day ahead; a day beyond that would stand before the real ones in every list. */
function tomorrow(): string {
  return new Date(Date.now() + 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
}
