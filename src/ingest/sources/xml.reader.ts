import { setImmediate as turn } from "node:timers/promises";
import type * as Saxes from "saxes";
import { megabytes } from "./json-items.bounds";

/** An element with all that is in it; its namespace is `uri`. */
export interface XmlElement {
  name: string;
  uri: string;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  /** Its own text, without that of its children. */
  text: string;
}

/** Why a text is not XML that can be read; its message follows "it is", and ends without a period. */
export class XmlError extends Error {}

/** In characters, from the end of one element that is passed on to that of the next. */
const MAX_ELEMENT_LENGTH = 8 * 1024 * 1024;
/**
 * Elements and attributes in one element that is passed on, which cost some hundred bytes each, however short they are; a paper
 * of ten thousand authors has less than half of that.
 */
const MAX_NODES = 100_000;
/** Feeds nest only a few levels. */
const MAX_DEPTH = 50;
/** In characters: no more than this is parsed before what was found is passed on, and others have their turn. */
const PIECE_LENGTH = 64 * 1024;

/**
 * The root of a UTF-8 document, without its children, and then each child, or, of children that are named in `containers`
 * ("namespace name"), each of theirs. Strict: what is malformed, declares a document type (and so entities of its own), or
 * goes beyond the bounds throws an XmlError, after the elements before it.
 */
export async function* readXml(
  chunks: AsyncIterable<Uint8Array> | Iterable<string>,
  containers: ReadonlySet<string>,
  maxLength = MAX_ELEMENT_LENGTH,
): AsyncGenerator<XmlElement> {
  const parser = createParser(containers, maxLength);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new XmlError("not encoded in UTF-8");
    }
  };
  for await (const chunk of chunks) {
    const text = typeof chunk === "string" ? chunk : decode(chunk);
    for (let at = 0; at < text.length; at += PIECE_LENGTH) {
      if (at > 0) await turn();
      yield* parser.write(text.slice(at, at + PIECE_LENGTH));
    }
  }
  yield* parser.write(decode());
  parser.end();
}

interface ElementParser {
  /** Parses more of the text, and gives the elements that are complete with it. */
  write(text: string): XmlElement[];
  end(): void;
}

function createParser(containers: ReadonlySet<string>, maxLength: number): ElementParser {
  // Needed only when there is XML to be read.
  const { SaxesParser } = require("saxes") as typeof Saxes;
  const parser = new SaxesParser({ xmlns: true });
  /** What is open, the root first. */
  const open: XmlElement[] = [];
  let complete: XmlElement[] = [];
  let length = 0;
  let nodes = 0;

  const isContainer = (element: XmlElement | undefined) =>
    element !== undefined && (element === open[0] || containers.has(`${element.uri} ${element.name}`));
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element && !isContainer(element)) element.text += text;
  };

  const count = () => {
    nodes++;
    if (nodes > MAX_NODES) throw new XmlError(`XML with more than ${MAX_NODES} elements and attributes in one element`);
  };

  parser.on("error", ({ message }) => {
    throw new XmlError(`not well-formed XML: ${placed(message)}`);
  });
  parser.on("xmldecl", ({ encoding }) => {
    if (encoding && !/^(?:utf-?8|us-ascii)$/i.test(encoding)) throw new XmlError("not encoded in UTF-8");
  });
  parser.on("doctype", () => {
    throw new XmlError("XML that declares a document type, which is not read");
  });
  parser.on("attribute", count);
  parser.on("opentag", ({ local: name, uri, attributes }) => {
    count();
    const values = Object.values(attributes).map(({ local, value }): [string, string] => [local, value]);
    const element: XmlElement = { name, uri, attributes: new Map(values), children: [], text: "" };
    const parent = open.at(-1);
    if (!parent) complete.push(element);
    else if (!isContainer(parent)) parent.children.push(element);
    if (open.push(element) > MAX_DEPTH) throw new XmlError(`XML that is nested more than ${MAX_DEPTH} levels deep`);
  });
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.at(-1)!;
    const isPassedOn = !isContainer(element) && isContainer(open.at(-2));
    open.pop();
    if (isPassedOn) {
      complete.push(element);
      nodes = 0;
    }
  });

  return {
    write(text) {
      length += text.length;
      if (length > maxLength) throw new XmlError(`XML with an element of more than ${megabytes(maxLength)} MB`);
      parser.write(text);
      const found = complete;
      if (found.length > 0) length = 0;
      complete = [];
      return found;
    },
    end() {
      parser.close();
    },
  };
}

/** The parser's message, which begins with line and column and ends with a period. */
function placed(message: string): string {
  return message.replace(/^(\d+):(\d+): /, "in line $1, column $2: ").replace(/\.$/, "");
}

/** The text of the first child of a name, of the element's own namespace unless another is given; undefined when empty. */
export function textOf(element: XmlElement, name: string, uri = element.uri): string | undefined {
  return element.children.find((child) => child.name === name && child.uri === uri)?.text.trim() || undefined;
}
