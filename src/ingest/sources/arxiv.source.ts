import { ExpectedError } from "../../config/expected-error";
import type { ImportItem } from "../source-record";
import { ATOM, readAtom } from "./arxiv-atom.reader";
import { readArxivItem } from "./arxiv-json.reader";
import { OAI, OAI_CONTAINERS, readOai } from "./arxiv-raw.reader";
import { type Input, type Measured, type OnProgress, readFiles, readInput } from "./input-file";
import { readJsonItems } from "./json.source";
import { readXml, type XmlElement, XmlError } from "./xml.reader";

type Read = AsyncGenerator<{ item: ImportItem }>;

/**
 * The papers of files of arXiv's metadata, one file after the other: JSON, Atom feeds and answers of OAI-PMH, recognized by what
 * is in them. Locations name the file if there are several.
 */
export function readArxivFiles(
  files: readonly string[],
  now: () => Promise<Date>,
  onProgress: OnProgress = () => {},
): AsyncGenerator<ImportItem> {
  return readFiles(files, now, onProgress, readFile);
}

function readFile(file: string, observedAt: Date): AsyncGenerator<Measured<{ item: ImportItem }>> {
  return readInput(file, (input) => {
    if (input.first === "<") return readXmlFile(input, observedAt);
    if (input.first === "{" || input.first === "[") return readJsonFile(input, observedAt);
    throw new ExpectedError(`${input.name} is neither JSON nor XML.`);
  });
}

async function* readJsonFile(input: Input, observedAt: Date): Read {
  for await (const read of readJsonItems(input)) {
    yield { item: "rejected" in read ? read : readArxivItem(read.value, { location: read.location, observedAt }) };
  }
}

async function* readXmlFile({ name, text }: Input, observedAt: Date): Read {
  const elements = readXml(text, OAI_CONTAINERS);
  try {
    // A document without a root is an error of the reader.
    const root = (await elements.next()).value as XmlElement;
    if (root.uri === ATOM && root.name === "feed") yield* readFeed(elements, observedAt);
    else if (root.uri === OAI && root.name === "OAI-PMH") yield* readHarvest(elements, observedAt, name);
    else {
      throw new ExpectedError(
        `${name} is neither an Atom feed nor an answer of OAI-PMH: its outermost element is <${root.name}>.`,
      );
    }
  } catch (error) {
    if (error instanceof XmlError) throw new ExpectedError(`${name} cannot be read: it is ${error.message}.`);
    throw error;
  }
}

async function* readFeed(elements: AsyncIterable<XmlElement>, observedAt: Date): Read {
  for await (const part of readAtom(elements, observedAt)) {
    if ("item" in part) yield part;
    else if ("error" in part)
      yield rejected(part.location, `arXiv has put an error here: ${part.error.replace(/\.*$/, ".")}`);
  }
}

async function* readHarvest(elements: AsyncIterable<XmlElement>, observedAt: Date, name: string): Read {
  for await (const part of readOai(elements, observedAt)) {
    if ("item" in part) yield part;
    else if ("deleted" in part) yield rejected(part.location, `${part.deleted} is deleted at arXiv.`);
    else if (part.error !== "noRecordsMatch") {
      throw new ExpectedError(`${name} holds an error of arXiv: ${part.error}: ${part.message}`);
    }
  }
}

function rejected(location: string, reason: string): { item: ImportItem } {
  return { item: { rejected: { location, reason } } };
}
