import { isObject } from "../../graphql/json";
import { normalizeSpace } from "../normalize";
import { type Answer, type Failure, refusal, send } from "./http-request";
import { asksFor, nextOf } from "./next-page";

/** A page of a list, and the URL of the next one if the source links to it. */
export interface PageAnswer {
  items: unknown[];
  next?: string;
}

const MAX_REASON_LENGTH = 200;

/** A page of a day's list; `endpoint` is where the API's lists are. */
export interface Page {
  url: string;
  endpoint: string;
  day: string;
}

export interface RequestOptions {
  userAgent?: string;
  /** For the whole response, in ms. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

/** Requests one page of a day's papers, once. */
export async function askPage(
  { url, endpoint, day }: Page,
  { userAgent = "daily-papers-api (import)", timeoutMs, signal }: RequestOptions,
): Promise<PageAnswer | Failure> {
  const answer = await send(url, { accept: "application/json", userAgent, timeoutMs, signal });
  if ("problem" in answer) return answer;
  if (answer.isRedirected && !asksFor(day, new URL(answer.url))) return strayed(answer);
  if (answer.status === 404) return parseAbsence(answer);
  if (answer.status < 200 || answer.status > 299) return explainRefusal(answer);
  return parseBody(answer.body, nextOf({ link: answer.headers.get("link"), url: answer.url, endpoint, day }));
}

/** Such a redirect, as of a whole site to another host, leads to the list of another day: of today. */
function strayed({ url }: Answer): Failure {
  return {
    problem: "the source redirects to a page that does not ask for this day",
    told: `the source redirects to ${url}, which does not ask for this day; is HUGGINGFACE_URL or --base-url right?`,
    retry: false,
  };
}

/** The status, and the source's reason for it. */
function explainRefusal(answer: Answer): Failure {
  const failure = refusal(answer);
  const said = normalizeSpace(reasonIn(answer.body));
  if (said === "") return failure;
  const reason = said.length > MAX_REASON_LENGTH ? `${said.slice(0, MAX_REASON_LENGTH)}…` : said.replace(/\.$/, "");
  return { ...failure, told: `${failure.problem}: ${reason}` };
}

/** Hugging Face gives the reason in `error`; others as text, or as an HTML page, of which the title is used. */
function reasonIn(body: string): string {
  try {
    const value: unknown = JSON.parse(body);
    const said = isObject(value) ? [value.error, value.message, value.detail].find(isText) : value;
    return isText(said) ? said : body;
  } catch {
    return /<title>([^<]*)<\/title>/i.exec(body)?.[1] ?? body;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** For a day without a list the API says why; any other 404 means that the API is not at this URL. */
function parseAbsence({ body }: Answer): PageAnswer | Failure {
  const isOfApi = /^\s*\{\s*"error"\s*:/.test(body);
  if (isOfApi) return { items: [] };
  const problem = "the source responds with 404 where its API should be";
  return { problem, told: `${problem}; is HUGGINGFACE_URL or --base-url right?`, retry: false };
}

function parseBody(body: string, next: ReturnType<typeof nextOf>): PageAnswer | Failure {
  try {
    const value: unknown = JSON.parse(body);
    if (!Array.isArray(value)) return unreadable("the response is not an array of papers", body, false);
    if ("problem" in next) return { problem: "its next page is elsewhere", told: next.problem, retry: false };
    return { items: value, ...next };
  } catch {
    return unreadable("the response is not JSON", body, true);
  }
}

function unreadable(problem: string, body: string, retry: boolean): Failure {
  return { problem, told: `${problem}: ${body.slice(0, 80)}`, retry };
}
