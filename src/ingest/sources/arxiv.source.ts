import { ExpectedError } from "../../config/expected-error";
import type { ImportItem } from "../source-record";
import { ATOM, readAtom } from "./arxiv-atom.reader";
import { readArxivItem } from "./arxiv-json.reader";
import { OAI, OAI_CONTAINERS, readOai } from "./arxiv-raw.reader";
import { type Input, type Measured, type OnProgress, readFiles, readInput } from "./input-file";
import { readJsonItems } from "./json.source";
import { readXml, type XmlElement, XmlError } from "./xml.reader";

type Read = AsyncGenerator<{ item: ImportItem }>;

/** What arXiv has beyond its answers in files, of which another file may hold the next one. */
class Rest {
  private readonly asked = new Set<string>();
  private readonly left = new Map<string, string>();

  /** A file holds what is asked for by this key. */
  has(key: string): void {
    this.asked.add(key);
  }

  /** After a file comes what is asked for by this key; the note says so. */
  isBehind(key: string, note: string): void {
    this.left.set(key, note);
  }

  /** Of what no file holds. */
  notes(): string[] {
    return [...this.left].filter(([key]) => !this.asked.has(key)).map(([, note]) => note);
  }
}

/**
 * The papers of files of arXiv's metadata, one file after the other: JSON, Atom feeds and answers of OAI-PMH, recognized by what
 * is in them. Locations name the file if there are several. At the end, `log` is told of answers after which arXiv has more,
 * and how to ask for that, unless another file has it.
 */
export async function* readArxivFiles(
  files: readonly string[],
  now: () => Promise<Date>,
  onProgress: OnProgress = () => {},
  log: (line: string) => void = () => {},
): AsyncGenerator<ImportItem> {
  const rest = new Rest();
  yield* readFiles(files, now, onProgress, (file, observedAt) => readFile(file, observedAt, rest));
  for (const note of rest.notes()) log(note);
}

function readFile(file: string, observedAt: Date, rest: Rest): AsyncGenerator<Measured<{ item: ImportItem }>> {
  return readInput(file, (input) => {
    if (input.first === "<") return readXmlFile(input, observedAt, rest);
    if (input.first === "{" || input.first === "[") return readJsonFile(input, observedAt);
    throw new ExpectedError(`${input.name} is neither JSON nor XML.`);
  });
}

async function* readJsonFile(input: Input, observedAt: Date): Read {
  for await (const read of readJsonItems(input)) {
    yield { item: "rejected" in read ? read : readArxivItem(read.value, { location: read.location, observedAt }) };
  }
}

async function* readXmlFile({ name, text }: Input, observedAt: Date, rest: Rest): Read {
  const elements = readXml(text, OAI_CONTAINERS);
  try {
    // A document without a root is an error of the reader.
    const root = (await elements.next()).value as XmlElement;
    if (root.uri === ATOM && root.name === "feed") yield* readFeed(elements, observedAt, name, rest);
    else if (root.uri === OAI && root.name === "OAI-PMH") yield* readHarvest(elements, observedAt, name, rest);
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

async function* readFeed(elements: AsyncIterable<XmlElement>, observedAt: Date, name: string, rest: Rest): Read {
  let total = 0;
  for await (const part of readAtom(elements, observedAt)) {
    if ("item" in part) yield part;
    else if ("totalResults" in part) total = part.totalResults;
    else if ("error" in part)
      yield rejected(part.location, `arXiv has put an error here: ${part.error.replace(/\.*$/, ".")}`);
    else {
      const { start, end } = part;
      if (end > start) rest.has(`${start} of ${total}`);
      const note = `note on ${name}: arXiv has more, ${total - end} of ${total} papers: ask on with start=${end}.`;
      if (end < total) rest.isBehind(`${end} of ${total}`, note);
    }
  }
}

async function* readHarvest(elements: AsyncIterable<XmlElement>, observedAt: Date, name: string, rest: Rest): Read {
  for await (const part of readOai(elements, observedAt)) {
    if ("item" in part) yield part;
    else if ("deleted" in part) yield rejected(part.location, `${part.deleted} is deleted at arXiv.`);
    else if ("askedBy" in part) rest.has(part.askedBy);
    else if ("nextBy" in part) {
      const query = `verb=ListRecords&resumptionToken=${encodeURIComponent(part.nextBy)}`;
      rest.isBehind(part.nextBy, `note on ${name}: arXiv has more: ask on with ${query}`);
    } else if (part.error !== "noRecordsMatch") {
      throw new ExpectedError(`${name} holds an error of arXiv: ${part.error}: ${part.message}`);
    }
  }
}

function rejected(location: string, reason: string): { item: ImportItem } {
  return { item: { rejected: { location, reason } } };
}
