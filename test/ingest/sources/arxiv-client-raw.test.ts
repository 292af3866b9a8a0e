import type { IncomingMessage, ServerResponse } from "node:http";
import { askRaw } from "../../../src/ingest/sources/arxiv.client";
import { useHttpServer } from "../../support/use-http-server";
import { now } from "./arxiv-atom";
import { deletedRecord, getRecord, oai, oaiError, rawRecord } from "./arxiv-raw";

describe("asking arXiv for a paper by OAI-PMH", () => {
  let handler: (response: ServerResponse, request: IncomingMessage) => void;
  let asked: (string | undefined)[] = [];
  const server = useHttpServer((request, response) => {
    asked.push(request.url);
    handler(response, request);
  });
  beforeEach(() => {
    asked = [];
  });
  const ask = (id: string) => askRaw({ oaiUrl: `${server.baseUrl()}/oai`, id, contact: "me@example.org", now });

  test("asks once, and gives the paper as it was read now", async () => {
    handler = (response) => response.end(getRecord(rawRecord("math.GT/0309136")));
    expect(await ask("math/0309136")).toMatchObject({
      item: { record: { arxivId: "math/0309136", observedAt: now, versions: [{ number: 1 }, { number: 2 }] } },
    });
    expect(asked).toEqual(["/oai?verb=GetRecord&identifier=oai%3AarXiv.org%3Amath%2F0309136&metadataPrefix=arXivRaw"]);
  });

  test.each([
    [200, oaiError("idDoesNotExist")],
    [404, oaiError("idDoesNotExist")],
    [200, getRecord(deletedRecord("0806.4129"))],
  ])("an id that arXiv does not know, or has deleted, is missing (%i)", async (status, body) => {
    handler = (response) => response.writeHead(status).end(body);
    expect(await ask("0806.4129")).toEqual({ missing: true });
  });

  test.each<[string, number, string, object]>([
    ["an error", 200, oaiError("badArgument"), { problem: "the source answers with an error", retry: false }],
    [
      "another paper",
      200,
      getRecord(rawRecord("0806.4130")),
      { problem: "the response is of another paper", retry: false },
    ],
    ["nothing", 200, oai(""), { problem: "the response holds no record", retry: true }],
    ["another document", 200, "<feed/>", { problem: "the response is not of OAI-PMH", retry: true }],
    ["half an answer", 200, oai("").slice(0, -5), { problem: "the response is cut off, or broken XML", retry: true }],
    [
      "an error of its server",
      503,
      "<h1>503</h1>",
      { problem: "the source responds with 503", retry: true, waitMs: 9000 },
    ],
    ["a refusal", 403, "", { problem: "the source responds with 403", retry: false }],
  ])("%s is a failure", async (_, status, body, failure) => {
    handler = (response) => response.writeHead(status, { "retry-after": "9" }).end(body);
    expect(await ask("0806.4129")).toMatchObject(failure);
    expect(asked).toHaveLength(1);
  });
});
