import type { Paper } from "../papers/paper.entity";
import type { CslItem, CslName } from "./csl.types";
import { familyName } from "./names";

/** The paper as a record of RIS (Research Information Systems), with line ends of CR LF, in UTF-8. */
export function toRis(item: CslItem, { pdfUrl, keywords }: Pick<Paper, "pdfUrl" | "keywords">): string {
  const [date = []] = item.issued?.["date-parts"] ?? [];
  const fields: [tag: string, values: (string | null | undefined)[]][] = [
    // The type comes first, and ER last.
    ["TY", [item.type === "article" ? "UNPB" : "JOUR"]],
    ["ID", [item.id]],
    ["TI", [item.title]],
    ["AU", (item.author ?? []).map(authorOf)],
    ["JO", [item["container-title"]]],
    ["PY", [date[0]?.toString()]],
    ["DA", [date.length === 3 ? date.map((part) => String(part).padStart(2, "0")).join("/") : null]],
    ["PB", [item.publisher]],
    ["M1", [item.number]],
    ["DO", [item.DOI]],
    ["UR", [item.URL]],
    ["L1", [pdfUrl]],
    ["KW", keywords],
    ["AB", [item.abstract]],
    ["N1", [item.note]],
  ];
  const lines = fields.flatMap(([tag, values]) =>
    values.flatMap((value) => (value ? [`${tag}  - ${oneLine(value)}`] : [])),
  );
  return `${lines.join("\r\n")}\r\nER  - \r\n`;
}

function authorOf(name: CslName): string {
  return [familyName(name), name.given, name.suffix].filter((part) => part).join(", ");
}

/** A line break would begin another field. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
