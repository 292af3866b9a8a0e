import { millisecondsInDay, millisecondsInHour } from "date-fns/constants";
import { SharedClock } from "../support/sources/shared-clock";
import { useFakeSources } from "../support/sources/use-fake-sources";
import { work } from "../support/sources/workers";
import { plusDays } from "../support/sources/world";
import { useApi } from "../support/use-api";

const HOUR = millisecondsInHour;

describe("sources that are away for three days", () => {
  const since = plusDays(new Date().toISOString().slice(0, 10), -7);
  const sources = useFakeSources({ seed: 3, from: since, days: 7, perDay: 3, busiest: 3 });
  const t = useApi({ sources: ["huggingface", "arxiv"] });
  const now = Date.now();

  const readFrom = async (time: number, until: number) => {
    const clock = new SharedClock(time);
    sources.clock = {
      get now() {
        return clock.time;
      },
    };
    const join = () => clock.join();
    await work({ db: t.db, env: sources.env, since, contact: "ada@papers.example", until, restMs: 1, join });
  };
  const status = async () =>
    (await t.api.data("{ sources { kind isBehind lastError } papers(first: 1) { totalCount } }")) as {
      sources: { isBehind: boolean; lastError: string | null }[];
      papers: { totalCount: number };
    };

  test("leave the site as it was, say why, and are caught up with when they are back", async () => {
    await readFrom(now - 3 * millisecondsInDay - HOUR, now - 3 * millisecondsInDay);
    const before = await status();
    expect(before.papers.totalCount).toBeGreaterThan(0);

    sources.faultOf = () => ({ kind: "reset" });
    await readFrom(now - 2 * HOUR, now - HOUR);
    const away = await status();
    expect(away.papers).toEqual(before.papers);
    expect(away.sources).toEqual(
      ["HUGGINGFACE", "ARXIV"].map((kind) => ({
        kind,
        isBehind: true,
        lastError: expect.stringMatching(/^The connection fails \(\w+\)\.$/),
      })),
    );

    sources.faultOf = () => undefined;
    await readFrom(now - HOUR, now);
    const back = await status();
    // Those that are listed when it is back, but for what comes while it catches up.
    const { papers } = sources.world;
    const at = now - HOUR;
    const listed = papers.filter(({ listings }) => listings.some(({ from, until }) => from <= at && at < until));
    expect(back.papers.totalCount).toBeGreaterThanOrEqual(listed.length);
    expect(back.papers.totalCount).toBeLessThanOrEqual(papers.length);
    expect(back.sources).toEqual(["HUGGINGFACE", "ARXIV"].map((kind) => ({ kind, isBehind: false, lastError: null })));
  });
});
