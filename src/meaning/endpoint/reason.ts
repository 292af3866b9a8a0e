import { isObject } from "../../graphql/json";
import { readBody } from "../../inputs/read-body";

/** Of an answer that is read for its reason. */
const MAX_BYTES = 64 * 1024;
/** Characters of a reason. */
const MAX_LENGTH = 200;

/**
 * Why an endpoint refuses, in its own words on one line, cut and without the key; empty when it does not say. OpenAI and vLLM
 * answer with `error.message`, Ollama and TEI with `error`, FastAPI with `detail`; of anything else the text is taken.
 */
export async function readReason(response: Response, key: string | undefined): Promise<string> {
  const body = (await readBody(response, MAX_BYTES).catch(() => null)) ?? "";
  const line = withoutKey(reasonIn(body), key)
    .replace(/[\p{C}\s]+/gu, " ")
    .trim();
  const characters = [...line];
  return characters.length > MAX_LENGTH ? `${characters.slice(0, MAX_LENGTH).join("")}…` : line;
}

function reasonIn(body: string): string {
  try {
    const said: unknown = JSON.parse(body);
    if (!isObject(said)) return body;
    const { error, message, detail } = said;
    const reason = (isObject(error) ? error.message : error) ?? message ?? detail;
    return typeof reason === "string" ? reason : body;
  } catch {
    return body;
  }
}

/** Nor with the parts of it that some endpoints show, between asterisks. */
function withoutKey(text: string, key: string | undefined): string {
  const whole = key ? text.replaceAll(key, "***") : text;
  return whole.replace(/\S*\*{3,}\S*/g, "***");
}
