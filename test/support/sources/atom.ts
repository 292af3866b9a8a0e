import { escapeHtml as escaped } from "../../../src/http/escape-html";
import type { Answer } from "./answer";
import { describeVersion, findPaper, type Version, versionsAt, type World, type WorldPaper } from "./world";

const DEFAULT_RESULTS = 10;
/** What arXiv takes for an id, old or new, with a version or without. */
const ID = /^(?:[a-z-]+(?:\.[A-Z]{2})?\/\d{7}|\d{4}\.\d{4,5})(?:v(\d+))?$/;

/** arXiv's `GET /api/query?id_list=...&start=N&max_results=N`, as of its recorded answers. */
export function answerQuery(world: World, url: URL, at: number): Answer {
  const ids = (url.searchParams.get("id_list") ?? "").split(",").filter((id) => id !== "");
  const bad = ids.find((id) => !ID.test(id) || findPaper(world, id)?.arxiv === "malformed");
  if (bad !== undefined) return answerError(bad, at, 400);
  const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
  const [start, most] = [number("start", 0), number("max_results", DEFAULT_RESULTS)];
  const found = ids.flatMap((id) => {
    const [, wanted] = ID.exec(id)!;
    const paper = findPaper(world, id.replace(/v\d+$/, ""));
    const versions = paper?.arxiv === "known" ? versionsAt(paper, at) : [];
    const count = Number(wanted ?? versions.length);
    return count >= 1 && count <= versions.length ? [entryOf(paper!, versions.slice(0, count))] : [];
  });
  const asked = `search_query=&amp;id_list=${escaped(ids.join(","))}&amp;start=${start}&amp;max_results=${most}`;
  const head = `<title>arXiv Query: ${asked}</title>`;
  return feed(head, [most, found.length, start], found.slice(start, start + most), at);
}

/** How arXiv refuses an id; the status was 200 once. */
export function answerError(id: string, at: number, status: number): Answer {
  const place = `https://arxiv.org/api/errors#incorrect_id_format_for_${escaped(id)}`;
  const entry = `
  <entry>
    <id>${place}</id>
    <title>Error</title>
    <updated>${time(at)}</updated>
    <link href="${place}" rel="alternate" type="text/html"/>
    <summary>incorrect id format for ${escaped(id)}</summary>
    <author>
      <name>arXiv api core</name>
    </author>
  </entry>`;
  return { ...feed("<title>arXiv Search Results</title>", [1, 1], [entry], at), status };
}

function feed(head: string, [results, total, start]: number[], entries: string[], at: number): Answer {
  const body = `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/oqaUC9OB2SccftmJHZqrxySXrao</id>
  ${head}
  <updated>${time(at)}</updated>
  <opensearch:itemsPerPage>${results}</opensearch:itemsPerPage>
  <opensearch:totalResults>${total}</opensearch:totalResults>
  ${start === undefined ? "" : `<opensearch:startIndex>${start}</opensearch:startIndex>`}${entries.join("")}
</feed>
`;
  return { status: 200, type: "application/atom+xml; charset=utf-8", body };
}

function entryOf(paper: WorldPaper, versions: Version[]): string {
  const { title, comment } = describeVersion(paper, versions.length);
  const { doi, journal_ref } = paper.extra;
  const place = `arxiv.org/abs/${paper.arxivId}v${versions.length}`;
  const element = (name: string, text: string | undefined) =>
    text === undefined ? "" : `\n    <arxiv:${name}>${escaped(text)}</arxiv:${name}>`;
  const category = (term: string) => `\n    <category term="${term}" scheme="http://arxiv.org/schemas/atom"/>`;
  const author = (name: string) => `\n    <author>\n      <name>${escaped(name)}</name>\n    </author>`;
  return `
  <entry>
    <id>http://${place}</id>
    <title>${escaped(title)}</title>
    <updated>${time(versions.at(-1)!.at)}</updated>
    <link href="https://${place}" rel="alternate" type="text/html"/>
    <link href="https://${place.replace("abs", "pdf")}" rel="related" type="application/pdf" title="pdf"/>
    <summary>${escaped(paper.abstract)}</summary>${paper.categories.map(category).join("")}
    <published>${time(versions[0]!.at)}</published>${element("comment", comment)}
    <arxiv:primary_category term="${paper.categories[0]}"/>${element("journal_ref", journal_ref)}${element("doi", doi)}
    ${paper.authors.map(author).join("").trim()}
  </entry>`;
}

function time(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
