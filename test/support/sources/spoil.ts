import { type Answer, json } from "./answer";
import { answerError } from "./atom";
import { itemOf } from "./daily-papers";
import type { Fault } from "./faults";
import { refuseOai } from "./oai";
import type { World } from "./world";

/** The answer as a fault leaves it. */
export function spoil(
  answer: Answer,
  fault: Fault,
  { world, url, at }: { world: World; url: URL; at: number },
): Answer {
  const page = (status: number, title: string): Answer => ({
    status,
    type: "text/html",
    body: `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`,
  });
  if (fault.kind === "too many requests") {
    const { retryAfter, isDate } = fault;
    const date = new Date(at + (retryAfter ?? 0) * 1000).toUTCString();
    const after = isDate ? date : String(retryAfter);
    return { ...page(429, "Rate exceeded."), ...(retryAfter !== undefined && { headers: { "retry-after": after } }) };
  }
  if (fault.kind === "server error") return page(fault.status, `${fault.status} Server Error`);
  if (fault.kind === "html") return page(200, "Just a moment...");
  if (fault.kind === "error entry") {
    if (url.pathname === "/oai") return refuseOai("badVerb", at);
    return url.pathname === "/api/query" ? answerError("", at, 200) : json(200, { error: "Internal error" });
  }
  if (fault.kind === "wrong day" && url.pathname === "/api/daily_papers" && answer.status === 200) {
    const day = url.searchParams.get("date");
    const other = world.papers.find(
      ({ listings }) => listings.every((each) => each.day !== day) && listings[0]!.from <= at,
    );
    const items = JSON.parse(answer.body);
    return other
      ? { ...answer, body: JSON.stringify([...items, itemOf(world, other, other.listings[0]!, at)]) }
      : answer;
  }
  return answer;
}
