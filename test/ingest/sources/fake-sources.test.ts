import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fetchDays } from "../../../src/ingest/sources/huggingface.client";
import { sharedData } from "../../support/shared-data";
import { type Fault, planFaults } from "../../support/sources/faults";
import { useFakeSources } from "../../support/sources/use-fake-sources";
import { isWeekday, opensAt, plusDays } from "../../support/sources/world";

const FROM = "2026-03-05";
const SECOND = "2026-03-06";

describe("the sources that tests read", () => {
  const sources = useFakeSources({ seed: 1, from: FROM, days: 7, perDay: 10 });

  const read = async (day: string) => {
    const options = { baseUrl: sources.env.HUGGINGFACE_URL, from: day, to: day, pauseMs: 0, backOffMs: 1 };
    for await (const { items } of fetchDays({ ...options, attempts: 12, now: async () => new Date(sources.clock.now) }))
      return items as { paper: { id: string; upvotes: number } }[];
    throw new Error("no day");
  };
  const ids = async (day: string) => (await read(day)).map(({ paper }) => paper.id).sort();
  const get = async (url: string) => {
    const response = await fetch(url);
    return { status: response.status, body: await response.text() };
  };
  const query = (ids: string[], more = "") => get(`${sources.env.ARXIV_API_URL}?id_list=${ids.join(",")}${more}`);
  const record = (id: string) =>
    get(`${sources.env.ARXIV_OAI_URL}?verb=GetRecord&metadataPrefix=arXivRaw&identifier=oai:arXiv.org:${id}`);

  test("have lists that open at half past nine in New York, grow, and have a second page", async () => {
    expect(new Date(opensAt("2026-03-09")).toISOString()).toBe("2026-03-09T01:30:00.000Z");
    expect(new Date(opensAt(SECOND)).toISOString()).toBe("2026-03-06T02:30:00.000Z");
    sources.clock.now = opensAt(SECOND) - 1;
    expect(await ids(SECOND)).toEqual([]);
    sources.clock.now = opensAt(SECOND) + 6 * 3_600_000;
    const early = await read(SECOND);
    sources.clock.now = opensAt(plusDays(SECOND, 1));
    const closed = await read(SECOND);
    sources.clock.now = sources.world.stillFrom;
    const all = await read(SECOND);
    expect(early.length).toBeLessThan(closed.length);
    expect(closed.length).toBeGreaterThan(100);
    const votes = (items: typeof all) => new Map(items.map(({ paper }) => [paper.id, paper.upvotes]));
    const [before, after] = [votes(early), votes(all)];
    expect([...before].filter(([id, count]) => after.has(id) && count > after.get(id)!)).toEqual([]);
    expect(sources.requests.map(({ url }) => url)).toContain(`/api/daily_papers?date=${SECOND}&limit=100&p=1`);
    const [first] = JSON.parse((await get(`${sources.env.HUGGINGFACE_URL}/api/daily_papers?date=${SECOND}&p=1`)).body);
    expect(first.paper.id).toBe(all[50]!.paper.id);
  });

  test("have late papers, ones that move, and weekends without any", async () => {
    const { papers, stillFrom } = sources.world;
    const late = papers.filter(({ listings: [first] }) => first!.from >= opensAt(plusDays(first!.day, 1)));
    const moved = papers.filter(({ listings }) => listings.length > 1);
    expect(late.length).toBeGreaterThan(0);
    const waits = moved.map(({ listings: [first] }) => first!.until - first!.from > 4 * 86_400_000);
    expect(new Set(waits)).toEqual(new Set([true, false]));
    const [first, second] = moved[0]!.listings;
    sources.clock.now = first!.until - 1;
    expect(await ids(first!.day)).toContain(moved[0]!.arxivId);
    sources.clock.now = stillFrom;
    expect(await ids(first!.day)).not.toContain(moved[0]!.arxivId);
    expect(await ids(second!.day)).toContain(moved[0]!.arxivId);
    expect([isWeekday("2026-03-07"), await ids("2026-03-07")]).toEqual([false, []]);
  });

  test("tell of versions and withdrawals when they have come, and of no id that is unknown", async () => {
    const { papers, stillFrom } = sources.world;
    const find = (isIt: (paper: (typeof papers)[0]) => boolean) => papers.find(isIt)!;
    const revised = find(({ arxiv, versions }) => arxiv === "known" && versions.length > 1);
    sources.clock.now = revised.versions[1]!.at - 1;
    expect((await query([revised.arxivId])).body).toContain(`<id>http://arxiv.org/abs/${revised.arxivId}v1</id>`);
    sources.clock.now = stillFrom;
    expect((await query([revised.arxivId])).body).toContain(`/${revised.arxivId}v${revised.versions.length}</id>`);
    const withdrawn = find(({ arxiv, versions }) => arxiv === "known" && versions.at(-1)!.isWithdrawn === true);
    expect((await query([withdrawn.arxivId])).body).toContain("<arxiv:comment>This paper has been withdrawn");
    expect((await record(withdrawn.arxivId)).body).toMatch(/<size>\d+kb<.*<size>0kb</s);
    const [unknown, malformed] = [find(({ arxiv }) => arxiv === "unknown"), find(({ arxiv }) => arxiv === "malformed")];
    expect((await query([unknown.arxivId])).body).not.toContain("<entry>");
    expect((await record(unknown.arxivId)).body).toContain("<error code='idDoesNotExist'>");
    const refused = await query([revised.arxivId, malformed.arxivId]);
    expect([refused.status, refused.body]).toEqual([
      400,
      expect.stringContaining(`<summary>incorrect id format for ${malformed.arxivId}</summary>`),
    ]);
    const known = papers.filter(({ arxiv }) => arxiv === "known").map(({ arxivId }) => arxivId);
    const entries = async (more?: string) => (await query(known.slice(0, 60), more)).body.split("<entry>").length - 1;
    expect(await entries()).toBe(10);
    expect(await entries("&start=0&max_results=100")).toBe(60);
  });

  test("fail in each way, and are read in spite of it", async () => {
    sources.clock.now = sources.world.stillFrom;
    const good = await ids(SECOND);
    const kinds = new Set<string>();
    const single = planFaults(7, 1);
    for (let i = 0; i < 200; i++) {
      const fault = single("huggingface", sources.clock.now, "")!;
      if (kinds.has(fault.kind)) continue;
      kinds.add(fault.kind);
      const faults: Fault[] = [fault.kind === "too many requests" ? { ...fault, retryAfter: 0 } : fault];
      sources.faultOf = () => faults.pop();
      if (fault.kind === "error entry") await expect(ids(SECOND)).rejects.toThrow("not an array of papers");
      else if (fault.kind === "wrong day") expect(await ids(SECOND)).toHaveLength(good.length + 1);
      else expect(await ids(SECOND)).toEqual(good);
    }
    expect([...kinds].sort()).toEqual([
      "cut",
      "error entry",
      "html",
      "reset",
      "server error",
      "slow",
      "too many requests",
      "wrong day",
    ]);
  });

  test("have storms, in which every request fails", () => {
    const [faultOf, opened] = [planFaults(3, 0), opensAt(FROM)];
    const looks = Array.from({ length: 30 * 24 * 6 }, (_, i) => faultOf("arxiv", opened + i * 600_000, ""));
    const stormy = looks.filter((fault) => fault !== undefined);
    expect(new Set(stormy.map(({ kind }) => kind))).toEqual(new Set(["too many requests", "server error"]));
    expect(stormy.length).toBeGreaterThan(20);
  });

  (existsSync(sharedData.arxivFeeds) ? test : test.skip)("give Atom the form of arXiv's recorded answers", async () => {
    const shape = (body: string) => new Set(body.match(/<[a-z:_A-Z]+(?: [a-z:]+=)?/g));
    const answers = readdirSync(sharedData.arxivFeeds)
      .filter((name) => name.startsWith("id_"))
      .map((name) => JSON.parse(readFileSync(path.join(sharedData.arxivFeeds, name), "utf8")).body);
    const real = new Set([...answers.flatMap((body) => [...shape(body)]), "<arxiv:doi"]);
    sources.clock.now = sources.world.stillFrom;
    const known = sources.world.papers.filter(({ arxiv }) => arxiv === "known").map(({ arxivId }) => arxivId);
    const ours = [await query(known.slice(0, 50), "&max_results=100"), await query(["abc"])];
    expect(ours.flatMap(({ body }) => [...shape(body)].filter((each) => !real.has(each)))).toEqual([]);
  });
});
