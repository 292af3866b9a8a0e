import { escapeHtml as escaped } from "../../../src/http/escape-html";
import type { Answer } from "./answer";
import { describeVersion, findPaper, versionsAt, type World, type WorldPaper } from "./world";

const ERRORS = {
  badVerb:
    "Value of the verb argument is not a legal OAI-PMH verb, the verb argument is missing, or the verb argument is repeated.",
  cannotDisseminateFormat:
    "The metadata format identified by the value given for the metadataPrefix argument is not supported by the item or by the repository.",
  idDoesNotExist: "The value of the identifier argument is unknown or illegal in this repository.",
};

/** arXiv's `GET /oai?verb=GetRecord&metadataPrefix=arXivRaw&identifier=oai:arXiv.org:ID`. */
export function answerOai(world: World, url: URL, at: number): Answer {
  const [verb, prefix, identifier] = ["verb", "metadataPrefix", "identifier"].map((name) => url.searchParams.get(name));
  if (verb !== "GetRecord") return refuseOai("badVerb", at);
  if (prefix !== "arXivRaw") return refuseOai("cannotDisseminateFormat", at);
  const id = identifier?.replace(/^oai:arXiv\.org:/, "");
  const paper = findPaper(world, id ?? "");
  return paper?.arxiv === "known" && versionsAt(paper, at).length > 0
    ? document(`<GetRecord>${recordOf(paper, at)}</GetRecord>`, at)
    : refuseOai("idDoesNotExist", at);
}

/** All that arXiv says of all papers, as an answer to ListRecords. */
export function listRecords(world: World, at: number): string {
  const known = world.papers.filter(({ arxiv }) => arxiv === "known");
  return document(`<ListRecords>${known.map((paper) => recordOf(paper, at)).join("")}</ListRecords>`, at).body;
}

export function refuseOai(code: keyof typeof ERRORS, at: number): Answer {
  return document(`<error code='${code}'>${ERRORS[code]}</error>`, at);
}

function document(content: string, at: number): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
         xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
    <responseDate>${new Date(at).toISOString().slice(0, 19)}Z</responseDate>
    <request>https://oaipmh.arxiv.org/oai</request>
    ${content}
</OAI-PMH>`;
  return { status: 200, type: "text/xml; charset=utf-8", body };
}

function recordOf(paper: WorldPaper, at: number): string {
  const versions = versionsAt(paper, at);
  const { title, comment } = describeVersion(paper, versions.length);
  const { doi, journal_ref } = paper.extra;
  const element = (name: string, text: string | undefined) =>
    text === undefined ? "" : `\n            <${name}>${escaped(text)}</${name}>`;
  const version = versions.map(
    (each, i) => `
            <version version="v${i + 1}">
                <date>${new Date(each.at).toUTCString()}</date>
                <size>${each.isWithdrawn ? 0 : 100 + i}kb</size>
                <source_type>${each.isWithdrawn ? "I" : "D"}</source_type>
            </version>`,
  );
  return `
        <record>
            <header>
                <identifier>oai:arXiv.org:${paper.arxivId}</identifier>
                <datestamp>${new Date(versions.at(-1)!.at).toISOString().slice(0, 10)}</datestamp>
                <setSpec>cs:cs:LG</setSpec>
            </header>
            <metadata>
        <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/" xsi:schemaLocation="http://arxiv.org/OAI/arXivRaw/ http://arxiv.org/OAI/arXivRaw.xsd">
            <id>${paper.arxivId}</id>
            <submitter>${escaped(paper.authors[0] ?? "Nobody")}</submitter>${version.join("")}${element("title", title)}${element("authors", paper.authors.join(", "))}${element("categories", paper.categories.join(" "))}${element("comments", comment)}${element("journal-ref", journal_ref)}${element("doi", doi)}
            <license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>${element("abstract", paper.abstract)}
        </arXivRaw>
            </metadata>
        </record>
    `;
}
