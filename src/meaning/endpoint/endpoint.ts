import { randomInt } from "node:crypto";
import { withTimeLimit } from "../../async/time-limit";
import type { EmbeddingSettings } from "../../config/embedding-settings";
import { readBody } from "../../inputs/read-body";
import type { ShowsSetting } from "../../log";
import { type Meaning, toMeaning } from "../model";
import { readReason } from "./reason";

/** The most dimensions of a vector. */
const MAX_DIMENSIONS = 4096;
/** Of an answer: for each text so many digits for each dimension, and something around them. */
const MAX_BYTES = { each: 32 * MAX_DIMENSIONS, all: 64 * 1024 };

/** Where embeddings are made. */
export interface Endpoint {
  /** Without a slash at its end. */
  url: string;
  /** The model that is to serve. */
  model: string;
  key: string | undefined;
}

/** Of the settings; null where the shipped model is used. */
export function readEndpoint(settings: EmbeddingSettings): Endpoint | null {
  const { EMBEDDINGS_URL: url, EMBEDDINGS_MODEL: model, EMBEDDINGS_KEY: key } = settings;
  return url && model ? { url: url.replace(/\/+$/, ""), model, key } : null;
}

interface Details {
  /** Of the answer; null when there was none. */
  status?: number | null;
  /** In ms, as the endpoint asks for. */
  retryAfter?: number | null;
  /** See ShowsSetting. */
  setting?: string;
}

/** Why there are no embeddings, in sentences for the log: they name model and URL, and what the endpoint said, without the key. */
export class EndpointFailure extends Error implements ShowsSetting {
  readonly status: number | null;
  readonly retryAfter: number | null;
  readonly setting: string | undefined;

  constructor(message: string, { status = null, retryAfter = null, setting }: Details = {}) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
    this.setting = setting;
  }

  /** Whether the endpoint says that the texts are at fault, e.g. too long. */
  get isOfTexts(): boolean {
    return this.status === 400 || this.status === 413 || this.status === 422;
  }

  /** Whether it is to be asked the same again, only later. */
  get isOfTime(): boolean {
    return this.status === 429 || this.retryAfter !== null;
  }
}

/** A text that every model takes; another one each time, which no cache before the endpoint knows. */
export function probeText(): string {
  return `papers ${randomInt(1e9)}`;
}

interface Limits {
  /** For the whole answer, in ms. */
  timeout: number;
  signal?: AbortSignal;
}

/**
 * The meanings of texts, each in its place, by POST {url}/embeddings, as OpenAI, Ollama, TEI and vLLM take it; null for a vector of
 * zeros. All have the same dimensions. Throws EndpointFailure.
 */
export async function embed(
  { url, key }: Endpoint,
  model: string,
  texts: readonly string[],
  { timeout, signal }: Limits,
): Promise<(Meaning | null)[]> {
  const request = {
    method: "POST",
    headers: { "content-type": "application/json", ...(key !== undefined && { authorization: `Bearer ${key}` }) },
    body: JSON.stringify({ model, input: texts }),
    // A key is for the endpoint alone.
    redirect: "manual" as const,
  };
  const most = MAX_BYTES.all + MAX_BYTES.each * texts.length;
  try {
    const body = await withTimeLimit(timeout, signal, async (limit) => {
      const response = await fetch(`${url}/embeddings`, { ...request, signal: limit });
      if (response.status !== 200) throw await refusalOf(response, key);
      return readBody(response, most);
    });
    if (body === null) throw wrong(`it has more than ${most} bytes`);
    return readVectors(body, texts.length).map(toMeaning);
  } catch (error) {
    throw located(asFailure(error, timeout), url, model);
  }
}

/** For an answer whose vectors cannot be compared with those of the papers. */
export function wrongDimensions({ url }: Endpoint, model: string, found: number, expected: number): EndpointFailure {
  const problem = `its vectors have ${found} dimensions, where those of the papers have ${expected}; if it is another model by the same name, start once without EMBEDDINGS_URL, then with it again`;
  return located(wrong(problem), url, model);
}

function located({ message, status, retryAfter }: EndpointFailure, url: string, model: string): EndpointFailure {
  const setting = shownUrl(url);
  return new EndpointFailure(`${message} It was asked for "${model}" at ${setting}.`, { status, retryAfter, setting });
}

/** Where requests go, without what may be secret. */
function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "")}/embeddings`;
}

async function refusalOf(response: Response, key: string | undefined): Promise<EndpointFailure> {
  const said = await readReason(response, key);
  const message = `The embeddings' endpoint answers ${response.status}${said && `: "${said}"`}.`;
  return new EndpointFailure(message, { status: response.status, retryAfter: retryAfterOf(response.headers) });
}

function asFailure(error: unknown, timeout: number): EndpointFailure {
  if (error instanceof EndpointFailure) return error;
  const { name, cause } = error as Error;
  if (name === "TimeoutError")
    return new EndpointFailure(`The embeddings' endpoint does not answer within ${timeout} ms.`);
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return new EndpointFailure(`The embeddings' endpoint cannot be reached${code ? ` (${code})` : ""}.`);
}

/** In ms; a date is not read, as the endpoint's clock may be wrong. */
function retryAfterOf(headers: Headers): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  return /^\d{1,9}(\.\d+)?$/.test(value) ? Math.ceil(Number(value) * 1000) : null;
}

interface Item {
  index: unknown;
  embedding: unknown;
}

/** The vectors of an answer, ordered by their index. */
function readVectors(body: string, count: number): Float64Array[] {
  const { data } = parse(body);
  if (!Array.isArray(data)) throw wrong("it has no list `data`");
  if (data.length !== count) throw wrong(`it has ${data.length} vectors for ${count} texts`);
  const vectors: Float64Array[] = new Array(count);
  for (const [place, item] of (data as (Item | null)[]).entries()) {
    const index = item?.index ?? place;
    if (!Number.isInteger(index) || (index as number) < 0 || (index as number) >= count || vectors[index as number])
      throw wrong("its indexes are not those of the texts, each once");
    vectors[index as number] = readVector(item?.embedding);
  }
  if (vectors.some(({ length }) => length !== vectors[0]!.length)) throw wrong("its vectors differ in dimensions");
  return vectors;
}

function readVector(embedding: unknown): Float64Array {
  if (!Array.isArray(embedding) || embedding.length < 1 || embedding.length > MAX_DIMENSIONS)
    throw wrong(`an embedding is not a list of 1 to ${MAX_DIMENSIONS} numbers`);
  if (!embedding.every((value) => Number.isFinite(value))) throw wrong("an embedding holds what is no finite number");
  return Float64Array.from(embedding as number[]);
}

function parse(body: string): { data?: unknown } {
  try {
    return (JSON.parse(body) as { data?: unknown } | null) ?? {};
  } catch {
    throw wrong("it is no JSON");
  }
}

function wrong(problem: string): EndpointFailure {
  return new EndpointFailure(`The embeddings' endpoint answers with what is no embeddings: ${problem}.`, {
    status: 200,
  });
}
