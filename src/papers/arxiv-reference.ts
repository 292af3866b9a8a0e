import { readDoi } from "../inputs/doi";
import { percentDecoded } from "../inputs/percent-decoded";
import { INVISIBLE } from "../inputs/visible";
import { canBeGivenOut, canonicalArxivId } from "./arxiv-id";

/** An error message, to follow the name of the input: what it is not, and what would be accepted. */
export const NO_ARXIV_ID =
  "is not an arXiv id: pass 2409.04828 or cs/9901001, the paper's page on arxiv.org or huggingface.co, or its arXiv DOI, 10.48550/arXiv.2409.04828.";

/** In characters: no paper's page has a longer address. */
const MAX_LENGTH = 500;

const HYPHENS = /[\p{Pd}\u2212]/gu;

/** Links in Markdown, LaTeX and HTML; the group captures the address. */
const LINKS = [
  /^[^[\w]*\[.*\]\(<?([^()<>\s]*)>?(?:\s"[^"]*")?\)\W*$/,
  /^\\href\s?\{([^{}\s]*)\}\s?\{(?:(?!\\href).)*$/,
  /^<a\s[^>]*\bhref=["']([^"'\s]*)["'].*$/,
];
/** Browsers title arXiv's pages "[2409.04828] The title". */
const PAGE_TITLE = /^\[([^\]\s]*\d{4}[^\]\s]*)\]\s.*$/;
/** What citations print before an id, such as "arXiv e-prints, p. arXiv:2409.04828" and "[Online]. Available: https://…". */
const WORDS =
  "e-?prints?|pre-?prints?|papers?|journal|tech(?:nical|\\.)? rep(?:ort)?|corr|vol(?:ume)?|art(?:icle)?|no|pages?|doi|url|link|pdf|id|" +
  "identifier|cite as|or|see|online|available|retrieved|submitted|from|at|as|in|to";
/** Brackets, quotation marks, emphasis, commands of TeX, and the words before an id. */
const OPENING = new RegExp(
  [
    String.raw`^(?:\[(?:[a-z.-]+|\d{1,3})\]\.?\s+`,
    String.raw`\(cornell university\)[\s,.]*`,
    String.raw`[\s<\p{Ps}\p{Pi}\p{Pf}"'\x60*_]`,
    String.raw`\\bib(?:info|field)\s?\{[a-z]+\}`,
    String.raw`\\[a-z]+(?:\s|(?=\{))`,
    String.raw`oai:arxiv\.org:`,
    String.raw`(?:info:)?arxiv(?!\.org[/:])[\s:.,=/-]*`,
    String.raw`pp?\.\s*`,
    String.raw`(?:${WORDS})[\])]?\.?[\s:,=]+)+`,
  ].join("|"),
  "u",
);
const MARKS = String.raw`[\s>\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}_\x60]`;
const CLOSING = new RegExp(`(?<!${MARKS})${MARKS}+$`, "u");
/** What citations print after an id: its classes and day, "[cs.CV, cs.CL] 7 Sep 2024", its version, or the day, month or year. */
const CLASSES = String.raw`[a-z-]+(?:\.[a-z-]+)?(?:[,;] ?[a-z-]+(?:\.[a-z-]+)?)*`;
const STAMP = new RegExp(String.raw`\s*\[${CLASSES}(?:\].*)?$`);
const MONTH = String.raw`(?:\d{1,2}\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s\d{1,2})?`;
const BEHIND = [
  CLOSING,
  new RegExp(String.raw`\s\(${CLASSES}$`),
  /(?:,\s?|\s)\(?v(?:ersion\s|\.\s?)?\d+$/,
  new RegExp(
    String.raw`(?:,\s?|\s)\(?(?:${MONTH},?\s)?(?:19|20)\d{2}(?:[a-z]|\{\\natexlab\{[a-z]|(?:[/-]\d{1,2}){1,2})?$`,
  ),
  /[,.;]?\s[([]?(?:last )?(?:accessed|visited|retrieved)\b.*$/,
];

/** Proxies that read a path may merge the slashes of an address in it; forms that put a scheme before it may double that. */
const HOST = /^(?:https?:\/{0,2})*\/{0,2}([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,})(?::\d+)?\/+/;
/** Hosts on which arXiv's papers have a page, with what precedes the id in its path. */
const SITES = [
  {
    host: /^(?:(?:[a-z0-9-]+\.)*arxiv\.org|xxx\.lanl\.gov)$/,
    path: /^(?:ftp\/arxiv\/papers\/\d{4}\/|ftp\/(?=[a-z-]+\/papers\/)|[a-z-]+\/+)/,
  },
  { host: /^(?:www\.)?(?:huggingface|hf)\.co$/, path: /^(?:api\/)?papers\/+/ },
  { host: /^(?:(?:dx|www)\.)?doi\.org$/, path: /^10\.48550\/+/ },
];
/** Without a host: arXiv's DOIs, a page's path, and DBLP's "CoRR abs/2409.04828". */
const BARE_PATH = /^\/?(?:10\.48550|abs|pdf|html)\//;
/** There, old ids have their month between archive and number. */
const OLD_FOLDER = /^([a-z-]+)\/papers\/\d{4}\//;

/** Browsers number what they save again. */
const FILE_TYPE = /(?:\s?\(\d{1,2}\))?(?:\.(?:pdf|md|html?|json|ps|tar|gz))+$/;
const VERSION = /v\d+$/;
/** Each address within an address is encoded once more. */
const MAX_ENCODED = 3;

/**
 * The arXiv id that a pasted reference names, without its version: an id, a paper's page on arXiv or Hugging Face, arXiv's
 * DOI, or one of these as it is cited; null for anything else. For look-ups: ids that arXiv cannot have assigned pass too.
 */
export function parseArxivId(text: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  return idIn(text) ?? idIn(readDoi(text) ?? "");
}

function idIn(text: string): string | null {
  const bare = LINKS.reduce((shown, link) => shown.replace(link, "$1"), plain(text))
    .replace(PAGE_TITLE, "$1")
    .replace(OPENING, "")
    .replace(STAMP, "");
  const address = withoutEnd(bare).split(/[?#]/, 1)[0]!;
  return [address.replace(BARE_PATH, ""), behindSite(address)].map(idAtStart).find((id) => id !== null) ?? null;
}

/** The id in a reference to a paper that is to be stored; also null when arXiv cannot have assigned it. */
export function readArxivId(text: string): string | null {
  const id = parseArxivId(text);
  return id !== null && canBeGivenOut(id) ? id : null;
}

/** The text percent-decoded, with look-alikes normalized, without invisible characters, in lower case. */
function plain(text: string): string {
  const normalized = percentDecoded(text, MAX_ENCODED).normalize("NFKC").replace(HYPHENS, "-").replace(INVISIBLE, "");
  return normalized.toLowerCase().replace(/\s+/g, " ").trim();
}

/** Removes what citations print after an id, in any order. */
function withoutEnd(text: string): string {
  const shorter = BEHIND.reduce((rest, end) => rest.replace(end, ""), text);
  return shorter === text ? text : withoutEnd(shorter);
}

/** The path after the page's kind, such as "abs/"; empty for pages of other sites. */
function behindSite(address: string): string {
  const host = HOST.exec(address);
  if (!host) return "";
  const site = SITES.find((each) => each.host.test(host[1]!));
  const path = address.slice(host[0].length);
  return site?.path.test(path) ? path.replace(site.path, "").replace(OLD_FOLDER, "$1/") : "";
}

/** New ids are one part of a path, old ones two; the rest of the path belongs to the same paper. */
function idAtStart(path: string): string | null {
  const parts = path.replace(OPENING, "").split("/");
  return idOf(parts[0]!) ?? idOf(parts.slice(0, 2).join("/"));
}

function idOf(text: string): string | null {
  return canonicalArxivId(text.replace(FILE_TYPE, "").replace(VERSION, ""));
}
