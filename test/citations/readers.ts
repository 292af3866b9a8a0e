import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { CslName } from "../../src/citations/csl.types";
import { printedName } from "../../src/citations/names";

/** What a program read of a citation. */
interface ReadCitation {
  title: string;
  authors: string[];
  /** URLs and DOIs. */
  ids: string[];
}

export interface Reading {
  byKey: Map<string, ReadCitation>;
  /** All that the program said but how far it is. */
  said: string;
}

/** The Debian packages pandoc, biber and bibutils, with a program of each. */
const PROGRAMS = ["pandoc", "biber", "bib2xml"];

/** `describe`, or, where a program is missing, a skipped one that says so. */
export function describeWithReaders(name: string, body: () => void): void {
  const missing = PROGRAMS.filter((program) => spawnSync(program, ["--version"]).error);
  if (missing.length > 0)
    console.warn(`Skipped: "${name}" needs ${missing.join(", ")} (Debian: pandoc, biber, bibutils).`);
  (missing.length > 0 ? describe.skip : describe)(name, body);
}

/** Runs a program on a file with this text, in a folder of its own; fails unless the program succeeds. */
function run(
  program: string,
  args: string[],
  name: string,
  text: string,
  output?: string,
): [text: string, said: string] {
  const folder = mkdtempSync(path.join(tmpdir(), "citations-"));
  try {
    writeFileSync(path.join(folder, name), text);
    const { status, stdout, stderr, error } = spawnSync(program, [...args, name], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 2 ** 30,
    });
    if (error || status !== 0) throw new Error(`${program}: ${error ?? stderr}${stdout.slice(0, 2000)}`);
    return output === undefined ? [stdout, stderr] : [readFileSync(path.join(folder, output), "utf8"), stdout + stderr];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface PandocItem {
  id: string;
  title: string;
  author?: (CslName & { "dropping-particle"?: string })[];
  URL?: string;
  DOI?: string;
}

/** Of BibTeX or CSL JSON. */
export function readByPandoc(format: "bibtex" | "csljson", text: string): Reading {
  const [json, said] = run("pandoc", ["-f", format, "-t", "csljson"], "read", text);
  const items: PandocItem[] = JSON.parse(json);
  const named = (name: NonNullable<PandocItem["author"]>[number]) =>
    printedName({ ...name, given: [name.given, name["dropping-particle"]].filter((part) => part).join(" ") });
  return {
    said,
    byKey: new Map(
      items.map(({ id, title, author = [], URL: url, DOI: doi }) => [
        id,
        { title, authors: author.map(named), ids: [url, doi].filter((each) => each !== undefined) },
      ]),
    ),
  };
}

/** The texts of the headings of Markdown. */
export function readHeadingsByPandoc(text: string): { headings: string[]; said: string } {
  const [json, said] = run("pandoc", ["-f", "gfm+tex_math_dollars", "-t", "json"], "read", text);
  const blocks: Element[] = JSON.parse(json).blocks;
  const headings = blocks.filter(({ t }) => t === "Header").map(({ c }) => textOf((c as unknown[])[2]));
  return { headings, said };
}

/** An element of a document of pandoc's. */
interface Element {
  t: string;
  c?: unknown;
}

function textOf(content: unknown): string {
  if (Array.isArray(content)) return content.map(textOf).join("");
  if (typeof content !== "object" || content === null) return "";
  const { t, c } = content as Element;
  if (t === "Str") return c as string;
  if (t === "Math") return `$${(c as unknown[])[1]}$`;
  return t === "Space" || t === "SoftBreak" ? " " : textOf(c);
}

/** Of BibTeX, which biber writes anew. */
export function readByBiber(text: string): Reading {
  const args = ["--tool", "--validate-datamodel", "--output-file=read.bib"];
  const [written, said] = run("biber", args, "given.bib", text, "read.bib");
  const entries = written.split(/^@/m).slice(1);
  return {
    said: said
      .split("\n")
      .filter((line) => line !== "" && !/^INFO -/.test(line))
      .join("\n"),
    byKey: new Map(
      entries.map((entry) => {
        const field = (name: string) => new RegExp(`^\\s*${name}\\s*=\\s*\\{(.*)\\},?$`, "im").exec(entry)?.[1] ?? "";
        const authors = field("author")
          .split(" and ")
          .filter((name) => name !== "")
          .map(inOrderOfPrint);
        return [
          /\{([^,]*),/.exec(entry)![1]!,
          {
            title: field("title"),
            authors,
            ids: [field("url"), field("doi"), field("eprint")].filter((id) => id !== ""),
          },
        ];
      }),
    ),
  };
}

/** "van der Maaten, Jr., Laurens" as it is printed. */
function inOrderOfPrint(name: string): string {
  if (name.startsWith("{")) return name.replace(/^\{|\}$/g, "");
  const parts = name.split(", ");
  return [parts.at(-1), ...(parts.length > 1 ? [parts[0]] : []), ...(parts.length > 2 ? [parts[1]] : [])].join(" ");
}

/** Of BibTeX or RIS, as MODS. */
export function readByBibutils(program: "bib2xml" | "ris2xml", text: string): Reading {
  // Titles are not split at their colons.
  const [xml, said] = run(program, ["-i", "unicode", "-o", "unicode", "-nt"], "given", text);
  const all = (entry: string, tag: RegExp) => [...entry.matchAll(tag)].map((match) => match[1]!);
  const nameOf = (name: string) => {
    const [given, family, suffix] = ["given", "family", "suffix"].map((type) =>
      all(name, new RegExp(`<namePart type="${type}">([^<]*)</namePart>`, "g")).join(" "),
    );
    const whole = all(name, /<namePart>([^<]*)<\/namePart>/g);
    return decoded(whole[0] ?? [given, family, suffix].filter((part) => part).join(" "));
  };
  return {
    said: said.replace(/^(?:bib|ris)2xml: Processed \d+ references\.$/m, "").trim(),
    byKey: new Map(
      all(xml, /(<mods\s.*?<\/mods>)/gs).map((entry) => [
        /ID="([^"]*)"/.exec(entry)![1]!,
        {
          title: decoded(all(entry.split("<relatedItem")[0]!, /<title>([^<]*)<\/title>/g).join(" ")),
          authors: all(entry, /<name(?:\s[^>]*)?>(.*?)<\/name>/gs).map(nameOf),
          ids: [...all(entry, /<identifier[^>]*>([^<]*)</g), ...all(entry, /<url[^>]*>([^<]*)</g)].map(decoded),
        },
      ]),
    ),
  };
}

function decoded(xml: string): string {
  const signs: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return xml.replace(/&(amp|lt|gt|quot|apos);/g, (_, name) => signs[name]!);
}
