import { type Answer, type Failure, refusal, send } from "./http-request";
import { readXml, type XmlElement, XmlError } from "./xml.reader";

export interface ArxivRequest {
  /** An address or URL by which arXiv can reach who runs this. */
  contact: string;
  /** For the whole response, in ms. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** When the answer is read. */
  now: Date;
}

/** A document by its root; its children are read on demand, and throw an XmlError where the XML is broken. */
export interface XmlAnswer {
  status: number;
  root: XmlElement;
  children: AsyncGenerator<XmlElement>;
}

/** Statuses of which the body may be an XML document that says more than the status. */
const EXPLAINED = [400, 404, 422];
/** arXiv's words for too many requests, with whatever status. */
const RATE_EXCEEDED = /^\s*rate exceeded/i;
const HTML = /^\s*(?:<!doctype\s+html|<html)/i;

/** Requests one XML document, once; `endpoint` is where queries are asked, also when it is written with a slash behind it. */
export async function askXml(
  endpoint: string,
  query: URLSearchParams,
  { contact, timeoutMs, signal }: ArxivRequest,
  containers: ReadonlySet<string>,
): Promise<XmlAnswer | Failure> {
  const answer = await send(`${endpoint.replace(/\/+$/, "")}?${query}`, {
    accept: "application/xml, application/atom+xml, text/xml",
    userAgent: `daily-papers-api (${contact})`,
    timeoutMs,
    signal,
  });
  if ("problem" in answer) return answer;
  if (RATE_EXCEEDED.test(answer.body)) {
    return { ...refusal(answer), problem: "the source allows no more requests now", retry: true, isLimit: true };
  }
  const isGood = answer.status >= 200 && answer.status <= 299;
  if (!isGood && !(EXPLAINED.includes(answer.status) && looksLikeXml(answer))) return refusal(answer);
  if (answer.body.trim() === "") return { problem: "the response is empty", retry: true };
  // Of a page of a maintenance, or of a portal in between.
  if (!looksLikeXml(answer)) return { problem: "the response is not XML", retry: true };
  const children = readXml([answer.body], containers);
  return withXmlFailures(async () => {
    const { value: root } = await children.next();
    if (!root) return { problem: "the response is empty", retry: true };
    return { status: answer.status, root, children };
  });
}

/** The result of work with a document, or the failure that broken XML is: it may have been cut off. */
export async function withXmlFailures<T>(work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    return { problem: "the response is cut off, or broken XML", told: `the response is ${error.message}`, retry: true };
  }
}

function looksLikeXml({ body }: Answer): boolean {
  return body.trimStart().startsWith("<") && !HTML.test(body);
}
