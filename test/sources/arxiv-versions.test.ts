import { readConfig } from "../../src/config/config";
import { escapeHtml as escaped } from "../../src/http/escape-html";
import { configuredSources } from "../../src/sources/configured-sources";
import { openSources, runDueTaskOf } from "../../src/sources/source-loop";
import { runSourcesCommand } from "../../src/sources/sources-command";
import { importRecords, sourceRecord } from "../support/factories";
import { refuseOai } from "../support/sources/oai";
import { useDatabase } from "../support/use-api";
import { useHttpServer } from "../support/use-http-server";
import { runUntilIdle, TestClock, workerOf } from "./use-sources";

const NOON = Date.parse("2026-05-05T12:00:00Z");
const FIRST = "2023-05-01T10:00:00.000Z";
const THIRD = "2023-05-03T10:00:00.000Z";

/** Each paper with three versions: of May 1, 2 and 3, 2023. */
const entryOf = (
  id: string,
) => `<entry><id>http://arxiv.org/abs/${escaped(id)}v3</id><title>Paper ${escaped(id)}</title>
  <published>2023-05-01T10:00:00Z</published><updated>2023-05-03T10:00:00Z</updated></entry>`;
const recordOf = (id: string) => `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord><record><metadata>
  <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>${escaped(id)}</id><title>Paper ${escaped(id)}</title>
  ${[1, 2, 3].map((n) => `<version version="v${n}"><date>0${n} May 2023 10:00:00 GMT</date></version>`).join("")}
  </arXivRaw></metadata></record></GetRecord></OAI-PMH>`;

describe("versions of arXiv's papers", () => {
  const t = useDatabase();
  const clock = new TestClock(NOON);
  /** Ids of which arXiv has no record. */
  let refused: string[];
  /** Ids that versions were asked for of, in order. */
  let asked: string[];
  const server = useHttpServer((request, response) => {
    const { searchParams } = new URL(request.url!, "http://arxiv");
    const ids = searchParams.get("id_list")?.split(",");
    if (ids) return void response.end(`<feed xmlns="http://www.w3.org/2005/Atom">${ids.map(entryOf).join("")}</feed>`);
    const id = searchParams.get("identifier")!.replace("oai:arXiv.org:", "");
    asked.push(id);
    response.end(refused.includes(id) ? refuseOai("cannotDisseminateFormat", clock.time).body : recordOf(id));
  });

  const settings = () => {
    const urls = { ARXIV_API_URL: server.baseUrl(), ARXIV_OAI_URL: server.baseUrl() };
    return readConfig({ SOURCES: "arxiv", SOURCES_CONTACT: "ada@papers.example", ...urls });
  };
  const arxiv = () => configuredSources(settings())[0]!;
  /** Reads what is due; the plan once. */
  const run = async () => {
    const source = arxiv();
    const [plan, ...reading] = source.kinds;
    const worker = workerOf(t.db, [{ ...source, kinds: reading }], clock);
    await openSources(worker);
    await runDueTaskOf(worker, { ...source, kinds: [plan!] }, new Date(clock.time));
    await runUntilIdle(worker);
  };
  const stored = () =>
    t.db.run<{ id: string; versions: number[] }>(`
      select p.arxiv_id as id, array_agg(v.number order by v.number) as versions
      from papers p join paper_versions v on v.paper_id = p.id group by 1 order by 1`);

  beforeEach(async () => {
    await t.db.reset();
    await t.db.run("delete from source_tasks; delete from source_budgets");
    clock.time = NOON;
    [refused, asked] = [[], []];
  });

  test("are read by the command line when no paper is due, which says what it read", async () => {
    await importRecords(t.db, [sourceRecord({ arxivId: "2305.00001", title: "Paper 2305.00001" })]);
    const command = () => runSourcesCommand({ ...workerOf(t.db, [], clock), settings: settings() }, ["run", "arxiv"]);
    expect(await command()).toBe("arxiv: 1 papers, 0 created, 1 updated, 0 unchanged, 0 rejected");
    expect(await stored()).toEqual([]);
    expect(await command()).toBe("arxiv, versions: 1 papers, 0 created, 1 updated, 0 unchanged, 0 rejected");
    expect(await stored()).toEqual([{ id: "2305.00001", versions: [1, 2, 3] }]);
    expect(await command()).toBe("Nothing is due at arxiv.");
  });

  test("that arXiv refuses to tell of one paper hold up no others", async () => {
    const ids = Array.from({ length: 5 }, (_, i) => `2305.0000${i + 1}`);
    await importRecords(
      t.db,
      // The newest is asked for first.
      ids.map((arxivId, i) => sourceRecord({ arxivId, title: `Paper ${arxivId}`, publishedOn: `2023-05-${20 - i}` })),
    );
    refused = ["2305.00001"];
    await run();
    // The source is paused after a failure.
    clock.time += 10_000;
    await run();
    expect(asked).toEqual(ids);
    expect((await stored()).map(({ id }) => id)).toEqual(ids.slice(1));
    const left = await t.db.run("select key, attempts from source_tasks where last_error is not null");
    expect(left).toEqual([{ key: "2305.00001", attempts: 1 }]);
  });

  test("that came by a file are read when arXiv has a newer one, and only then", async () => {
    const version = (number: number, at: string) => ({ number, submittedAt: new Date(at) });
    const all = [version(1, FIRST), version(2, "2023-05-02T10:00:00Z"), version(3, THIRD)];
    await importRecords(t.db, [
      sourceRecord({ arxivId: "2305.00001", title: "Paper 2305.00001", source: "arxiv", versions: all.slice(0, 1) }),
      sourceRecord({ arxivId: "2305.00002", title: "Paper 2305.00002", source: "arxiv", versions: all }),
    ]);
    await run();
    expect(asked).toEqual(["2305.00001"]);
    expect(await stored()).toEqual([
      { id: "2305.00001", versions: [1, 2, 3] },
      { id: "2305.00002", versions: [1, 2, 3] },
    ]);
  });
});
