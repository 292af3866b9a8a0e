import Negotiator from "negotiator";
import { badUserInput } from "../graphql/errors";
import { preview } from "../graphql/json";
import type { Document, DocumentRequest, DocumentRoute } from "../http/document";
import { decodeNodeKey } from "../nodes/node-id";
import { NO_ARXIV_ID, parseArxivId } from "../papers/arxiv-reference";
import { type PaperFormat, paperFormats } from "./paper-formats";

/** Papers as documents, at any form of their arXiv id, of which some have slashes, or at their global id. */
export const paperRoutes: DocumentRoute[] = ["/papers/:id", "/papers/:id/:number", "/papers/*"].map((url) => ({
  url,
  read: readPaper,
}));

const ENDING = new RegExp(`\\.(${paperFormats.map(({ ending }) => ending.replace(".", "\\.")).join("|")})$`, "i");
const ENDINGS = paperFormats.map(({ ending }) => `.${ending}`).join(", ");
/** An id with an ending of another format; the address of a PDF or of a page is a form of the id. */
const FOREIGN = /^(?!(?:abs|html|pdf)\/)(?:[^/\s]+\/)?[^/\s]+\.([a-z]+)$/i;
/** What follows a media type but its quality: all that we send is UTF-8. */
const PARAMETERS = /;\s*(?!q\s*=)[^\s=;,]+=(?:"[^"]*"|[^;,]*)/gi;

function readPaper({ params, query: given, accept }: DocumentRequest): Document {
  const [parameter] = Object.keys(given);
  if (parameter !== undefined) {
    throw badUserInput(
      parameter,
      "A paper's address has no parameters: send it without what follows the question mark.",
    );
  }
  const path = params["*"] ?? [params.id, params.number].filter((part) => part !== undefined).join("/");
  const [end = "", ending] = ENDING.exec(path) ?? [];
  const [, foreign] = end === "" ? (FOREIGN.exec(path) ?? []) : [];
  if (foreign !== undefined) throw badUserInput(null, `Papers are not sent as .${foreign}, but as ${ENDINGS}.`, 404);
  const by = referenceOf(end === "" ? path : path.slice(0, -end.length));
  const format = ending === undefined ? negotiate(accept) : formatOf(ending);
  const isFile = ending !== undefined;
  return {
    query: format.query,
    variables: { by, ...format.variables },
    contentType: `${format.mediaType}; charset=utf-8`,
    key: `/papers/${by.arxivId ?? by.id}${isFile ? "" : ";"}.${format.ending}`,
    write({ paper }) {
      if (paper) return format.write(paper, isFile);
      throw badUserInput(null, `There is no paper ${by.arxivId ?? by.id} here.`, 404);
    },
  };
}

/** The paper that a path names; throws BAD_USER_INPUT if it names none. */
function referenceOf(text: string): { id?: string; arxivId?: string } {
  const arxivId = parseArxivId(text);
  if (arxivId !== null) return { arxivId };
  if (decodeNodeKey("Paper", text) !== null) return { id: text };
  throw badUserInput("id", `${preview(text)} ${NO_ARXIV_ID.replace(/\.$/, "")}; or the id of a Paper.`);
}

function formatOf(ending: string): PaperFormat {
  return paperFormats.find((format) => format.ending === ending.toLowerCase())!;
}

/** The format that a client likes best; throws BAD_USER_INPUT that tells what there is. */
function negotiate(given: string | undefined): PaperFormat {
  const accept = given?.replace(PARAMETERS, "") || "*/*";
  const mediaTypes = paperFormats.map(({ mediaType }) => mediaType);
  const accepted = new Negotiator({ headers: { accept } }).mediaType(mediaTypes);
  const format = paperFormats.find(({ mediaType }) => mediaType === accepted);
  if (format) return format;
  const message = `Papers are sent as ${mediaTypes.join(", ")}: accept one of them, or end the path with one of ${ENDINGS}.`;
  throw badUserInput("Accept", message, 406, { vary: "accept" });
}
