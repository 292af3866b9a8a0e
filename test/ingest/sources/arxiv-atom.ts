import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type AtomPart, readAtom } from "../../../src/ingest/sources/arxiv-atom.reader";
import { readXml } from "../../../src/ingest/sources/xml.reader";
import { sharedData } from "../../support/shared-data";

export const now = new Date("2026-06-01T00:00:00Z");

/** A feed of arXiv's API with these entries. */
export const feed = (entries: string, total = 1, start = 0) => `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/oqaUC9OB2SccftmJHZqrxySXrao</id><title>arXiv Query</title>
  <updated>2026-04-12T22:09:26Z</updated>
  <opensearch:startIndex>${start}</opensearch:startIndex><opensearch:itemsPerPage>100</opensearch:itemsPerPage><opensearch:totalResults>${total}</opensearch:totalResults>
  ${entries}
</feed>`;

/** An entry as arXiv prints it; `more` replaces nothing, and is added. */
export const entry = (id: string, more = "") => `<entry>
    <id>http://arxiv.org/abs/${id}</id>
    <title>A Title
  of Two Lines</title>
    <updated>2023-08-02T00:41:18Z</updated>
    <summary>  What it
is about.</summary>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/>
    <category term="I.2.7; 68T50" scheme="http://arxiv.org/schemas/atom"/>
    <published>2017-06-12T23:57:34-01:00</published>
    <arxiv:primary_category term="cs.CL"/>
    <author><name>Ada Example</name><arxiv:affiliation>Somewhere</arxiv:affiliation></author>
    <author><name>Bela B\\'artok</name></author>
    ${more}
  </entry>`;

export const errorEntry = (message: string) => `<entry>
    <id>https://arxiv.org/api/errors#${message.replaceAll(" ", "_")}</id><title>Error</title>
    <updated>2026-04-12T22:59:06Z</updated><summary>${message}</summary>
    <author><name>arXiv api core</name></author></entry>`;

export async function readParts(text: string): Promise<AtomPart[]> {
  const elements = readXml([text], new Set());
  await elements.next();
  const parts: AtomPart[] = [];
  for await (const part of readAtom(elements, now)) parts.push(part);
  return parts;
}

export interface RecordedAnswer {
  url: string;
  status_code: number;
  body: string;
}

/** The real answers, by the beginning of their file's name. Their bytes were recorded as if they were Latin-1. */
export function recordedAnswer(name: string): RecordedAnswer {
  const file = readdirSync(sharedData.arxivFeeds).find((each) => each.startsWith(name))!;
  const answer = JSON.parse(readFileSync(path.join(sharedData.arxivFeeds, file), "utf8")) as RecordedAnswer;
  return { ...answer, body: Buffer.from(answer.body, "latin1").toString("utf8") };
}
