import { badUserInput } from "../graphql/errors";
import { readDoi } from "../inputs/doi";
import { readWebUrl } from "../inputs/web-url";
import { decodeNodeKey } from "../nodes/node-id";
import { NO_ARXIV_ID, parseArxivId } from "./arxiv-reference";
import type { Paper } from "./paper.entity";
import type { PaperBy } from "./paper-by.input";

/** What finds a paper by each kind of reference. */
export type PaperLoaders = Record<"paper", { load(key: number): Promise<Paper | null> }> &
  Record<"paperByArxivId" | "paperByDoi" | "paperByUrl", { load(key: string): Promise<Paper | null> }>;

export const ONE_REFERENCE =
  'Pass exactly one reference, as by: { url: "..." }, by: { id: "..." }, by: { arxivId: "..." } or by: { doi: "..." }.';

type Find = (reference: string, loaders: PaperLoaders, argument: string) => Promise<Paper | null>;

const FINDERS: { [Field in keyof PaperBy]-?: Find } = {
  id(id, loaders, argument) {
    const key = decodeNodeKey("Paper", id);
    if (key !== null) return loaders.paper.load(key);
    throw badUserInput(
      argument,
      `${argument} is not the id of a Paper. To find a paper by its arXiv id, use ${argument.replace(/id$/, "arxivId")}.`,
    );
  },
  arxivId(text, loaders, argument) {
    const arxivId = parseArxivId(text);
    if (arxivId !== null) return loaders.paperByArxivId.load(arxivId);
    throw badUserInput(argument, `${argument} ${NO_ARXIV_ID}`);
  },
  doi(text, loaders, argument) {
    const found = findByDoi(text, loaders);
    if (found) return found;
    throw badUserInput(argument, `${argument} is not a DOI: pass one such as 10.1000/182, or its address at doi.org.`);
  },
  async url(text, loaders, argument) {
    const found = await findPasted(text, loaders);
    if (found !== undefined) return found;
    throw badUserInput(
      argument,
      `${argument} is neither an http or https address, nor an arXiv id or a DOI: pass one of them, such as https://arxiv.org/abs/2409.04828.`,
    );
  },
};

/** Each id and each address has a digit or a sign beside these. */
const WORDS_ALONE = /^[\p{L}\p{M}\s-]*$/u;

/** The paper of an arXiv id or a DOI in any form, or of its address; null if it is not known. Undefined for other texts. */
export async function findPasted(text: string, loaders: PaperLoaders): Promise<Paper | null | undefined> {
  // Most searches: to see by the rules below that these are no reference takes a tenth of their time.
  if (WORDS_ALONE.test(text)) return undefined;
  const arxivId = parseArxivId(text);
  const byArxivId = arxivId === null ? null : loaders.paperByArxivId.load(arxivId);
  const byDoi = findByDoi(text, loaders);
  const url = readWebUrl(text);
  if (!byArxivId && !byDoi && url === null) return undefined;
  // What has the form of a page of arXiv, or of a DOI, may be the page of a paper without that id.
  return (await byArxivId) ?? (await byDoi) ?? (url === null ? null : loaders.paperByUrl.load(url));
}

/** arXiv's own DOIs name papers by their arXiv ids. Null for what is not a DOI. */
function findByDoi(text: string, loaders: PaperLoaders): Promise<Paper | null> | null {
  const doi = readDoi(text);
  if (doi === null) return null;
  const arxivId = parseArxivId(doi);
  return arxivId === null ? loaders.paperByDoi.load(doi) : loaders.paperByArxivId.load(arxivId);
}

/**
 * The paper of exactly one reference; null when there is none. Throws BAD_USER_INPUT that names the argument, which begins
 * with `prefix`; and names `by` if there is not exactly one.
 */
export async function findPaper(by: PaperBy, prefix: string, loaders: PaperLoaders): Promise<Paper | null> {
  const given = Object.entries(by).filter(([, reference]) => typeof reference === "string");
  if (given.length !== 1) throw badUserInput("by", ONE_REFERENCE);
  const [[field, reference]] = given as [[keyof PaperBy, string]];
  return FINDERS[field](reference, loaders, `${prefix}${field}`);
}
