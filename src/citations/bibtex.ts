import type { Paper } from "../papers/paper.entity";
import { arxivDoi } from "./csl";
import type { CslItem, CslName } from "./csl.types";
import { familyName } from "./names";
import { escapeTex } from "./tex";

/** The paper as an entry of BibTeX, in UTF-8: arXiv's own form, or an article of a journal. */
export function toBibtex(item: CslItem, { arxivId, categories }: Pick<Paper, "arxivId" | "categories">): string {
  const isOfArxiv = arxivId !== null && item.DOI === arxivDoi(arxivId);
  const fields: [name: string, value: string | undefined][] = [
    // In two pairs of braces, or styles would put its capitals in lower case.
    ["title", `{${escapeTex(item.title)}}`],
    ["author", item.author?.map(authorOf).join(" and ")],
    ["journal", item["container-title"] && escapeTex(item["container-title"])],
    ["year", item.issued?.["date-parts"][0][0]?.toString()],
    ["eprint", arxivId ?? undefined],
    ["archivePrefix", arxivId === null ? undefined : "arXiv"],
    ["primaryClass", arxivId === null ? undefined : categories[0]],
    // arXiv's own DOI says the same as the eprint.
    ["doi", isOfArxiv ? undefined : item.DOI && verbatim(item.DOI)],
    ["url", item.URL && verbatim(item.URL)],
    ["note", item.note && escapeTex(item.note)],
  ];
  const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name} = {${value}}`]));
  return `@${item.type === "article" ? "misc" : "article"}{${item.id},\n${lines.join(",\n")}\n}\n`;
}

/** "van der Maaten, Jr., Laurens"; a group's name in braces, so that it is not taken apart; and so are given names in small letters. */
function authorOf(name: CslName): string {
  if (name.literal !== undefined) return `{${escapeTex(name.literal)}}`;
  const given = name.given && (/^\p{Ll}/u.test(name.given) ? `{${escapeTex(name.given)}}` : escapeTex(name.given));
  const [family, suffix] = [familyName(name), name.suffix].map((part) => part && escapeTex(part));
  return [family, suffix, given].filter((part) => part).join(", ");
}

/** URLs and DOIs are not TeX, but in braces. */
function verbatim(text: string): string {
  return text.replace(/[{}\\]/g, encodeURIComponent);
}
