import type { IncomingMessage, ServerResponse } from "node:http";
import { type FetchedDay, type FetchOptions, fetchDays } from "../../../src/ingest/sources/huggingface.client";
import { useHttpServer } from "../../support/use-http-server";

type Handler = (day: string, response: ServerResponse, request: IncomingMessage) => void;

/** A source on this machine that answers as a test says. */
export function useSource(options: { hasPages?: boolean } = {}) {
  const server = useHttpServer((request, response) => {
    const url = new URL(request.url!, "http://source");
    if (!source.hasPages && url.searchParams.has("p")) return void response.end("[]");
    const day = `${url.pathname === "/api/daily_papers" ? "" : url.pathname}${url.searchParams.get("date")}`;
    source.asked.push(day);
    source.handler(day, response, request);
  });
  const source = {
    handler: (() => {}) as Handler,
    /** The days that were asked for in this test. */
    asked: [] as string[],
    /** Whether the handler knows `p`; else all is on the first page, and those behind it are empty and not counted. */
    hasPages: false,
    ...options,
    baseUrl: server.baseUrl,
    read: async (from: string, to: string, over: Partial<FetchOptions> = {}): Promise<FetchedDay[]> => {
      const days: FetchedDay[] = [];
      const all = {
        baseUrl: source.baseUrl(),
        from,
        to,
        pauseMs: 0,
        backOffMs: 5,
        timeoutMs: 20_000,
        attempts: 3,
        now: async () => new Date(),
        ...over,
      };
      for await (const day of fetchDays(all)) days.push(day);
      return days;
    },
  };
  beforeEach(() => {
    source.asked = [];
  });
  return source;
}

export const json = (response: ServerResponse, value: unknown) => response.end(JSON.stringify(value));

/** The items of papers by number, from the first to before the last. */
export const papers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ paper: { id: `2602.${String(from + i).padStart(5, "0")}` } }));

/**
 * Has a source answer with so many papers in pages of a size of its own; of the size that is asked for without one. Gives the
 * queries of its requests as they come.
 */
export function servePages(
  source: ReturnType<typeof useSource>,
  total: number,
  ownSize?: number,
  headers?: (page: number) => [string, string][],
): string[] {
  const searches: string[] = [];
  source.handler = (_, response, request) => {
    const { search, searchParams } = new URL(request.url!, "http://source");
    searches.push(search);
    const page = Number(searchParams.get("p") ?? 0);
    const size = ownSize ?? Number(searchParams.get("limit"));
    for (const [name, value] of headers?.(page) ?? []) response.setHeader(name, value);
    json(response, papers(page * size, Math.min((page + 1) * size, total)));
  };
  return searches;
}
