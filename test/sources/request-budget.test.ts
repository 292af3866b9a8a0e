import { askWithinBudget, openBudgets } from "../../src/sources/request-budget";
import { useDatabase } from "../support/use-api";
import { TestClock } from "./use-sources";

const pace = { spacingMs: 3000, lostAfterMs: 8000 };

describe("the budget of a source", () => {
  const t = useDatabase();
  const { signal } = new AbortController();

  beforeEach(async () => {
    await t.db.run("delete from source_budgets");
  });

  test("lets all workers together ask once in its spacing, over one connection", async () => {
    const clock = new TestClock(Date.parse("2026-05-04T12:00:00Z"));
    await openBudgets(t.db, ["arxiv"], await clock.now());
    const begun: number[] = [];
    let underWay = 0;
    let most = 0;
    const ask = async () => {
      begun.push(clock.time);
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay--;
    };
    const askThrice = async (owner: string) => {
      for (let i = 0; i < 3; i++) {
        const onWait = async () => {};
        await askWithinBudget(
          { db: t.db, clock, owner, signal },
          "arxiv",
          { ...pace, lostAfterMs: 1e9 },
          { ask, onWait },
        );
      }
    };
    await Promise.all(["a", "b", "c"].map(askThrice));
    expect(begun).toHaveLength(9);
    expect(most).toBe(1);
    const distances = begun.slice(1).map((time, i) => time - begun[i]!);
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(pace.spacingMs);
  });

  test("is blocked by a lost worker only until its request counts as lost, and never goes faster", async () => {
    const clock = new TestClock(Date.parse("2026-05-04T12:00:00Z"));
    const start = clock.time;
    await openBudgets(t.db, ["arxiv"], await clock.now());
    const caller = (owner: string) => ({ db: t.db, clock, owner, signal });
    const onWait = async () => {};
    const lost = askWithinBudget(caller("lost"), "arxiv", pace, { ask: () => new Promise(() => {}), onWait });
    lost.catch(() => {});
    while ((await t.db.run("select from source_budgets where holder = 'lost'")).length === 0);
    const begun = await askWithinBudget(caller("next"), "arxiv", pace, { ask: clock.now, onWait });
    expect(begun.getTime()).toBeGreaterThanOrEqual(start + pace.lostAfterMs);
    const second = await askWithinBudget(caller("next"), "arxiv", pace, { ask: clock.now, onWait });
    expect(second.getTime()).toBeGreaterThanOrEqual(begun.getTime() + pace.spacingMs);
  });
});
