import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "./answer";
import { answerQuery } from "./atom";
import { answerDailyPapers } from "./daily-papers";
import type { Fault, FaultOf, SourceName } from "./faults";
import { answerOai } from "./oai";
import { spoil } from "./spoil";
import type { World } from "./world";

interface LoggedRequest {
  source: SourceName;
  /** When it came, in ms of the sources' own clock. */
  at: number;
  /** Path and query. */
  url: string;
  userAgent: string;
  /** Those that the source was answering then, this one included. */
  open: number;
  fault: Fault | undefined;
}

export interface FakeSources {
  /** The settings of who reads them. */
  env: { HUGGINGFACE_URL: string; ARXIV_API_URL: string; ARXIV_OAI_URL: string };
  requests: LoggedRequest[];
  close(): Promise<void>;
}

const SOURCES: Record<string, { source: SourceName; answer: (world: World, url: URL, at: number) => Answer }> = {
  "/api/daily_papers": { source: "huggingface", answer: answerDailyPapers },
  "/api/query": { source: "arxiv", answer: answerQuery },
  "/oai": { source: "arxiv", answer: answerOai },
};

interface FakeOptions {
  world: World;
  /** The sources' own clock, in ms: they say what the world says at this time. */
  now: () => number;
  faultOf?: FaultOf;
  port?: number;
}

/** A Hugging Face and an arXiv on this machine. */
export async function startFakeSources({ world, now, faultOf, port = 0 }: FakeOptions): Promise<FakeSources> {
  const open = { huggingface: 0, arxiv: 0 };
  const server = createServer(async (request, response) => {
    const at = now();
    const url = new URL(request.url!, base);
    const found = SOURCES[url.pathname];
    if (!found) return void response.writeHead(404).end("Not here");
    const { source, answer } = found;
    const userAgent = request.headers["user-agent"] ?? "";
    const fault = faultOf?.(source, at, userAgent);
    sources.requests.push({ source, at, url: request.url!, userAgent, open: open[source] + 1, fault });
    // What hangs is of one who is killed meanwhile: it is lost, and holds up nobody.
    if (fault?.kind !== "hang") {
      open[source]++;
      response.once("close", () => open[source]--);
    }
    await send(
      response,
      fault ? spoil(answer(world, url, at), fault, { world, url, at }) : answer(world, url, at),
      at,
      fault,
    );
  });
  // Only faults end a connection that a client may be about to use.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sources: FakeSources = {
    env: { HUGGINGFACE_URL: base, ARXIV_API_URL: `${base}/api/query`, ARXIV_OAI_URL: `${base}/oai` },
    requests: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return sources;
}

/** Sends an answer, or as much of it as a fault lets through. */
async function send(response: ServerResponse, answer: Answer, at: number, fault: Fault | undefined): Promise<void> {
  if (fault?.kind === "hang") return;
  if (fault?.kind === "reset") return void response.socket?.resetAndDestroy();
  const bytes = Buffer.from(answer.body);
  const headers = { "content-type": answer.type, "content-length": bytes.length, date: new Date(at).toUTCString() };
  response.writeHead(answer.status, { ...headers, ...answer.headers });
  const half = bytes.length / 2;
  if (fault?.kind !== "cut" && fault?.kind !== "slow") return void response.end(bytes);
  response.write(bytes.subarray(0, half));
  await sleep(10);
  if (fault.kind === "cut") response.destroy();
  else response.end(bytes.subarray(half));
}
