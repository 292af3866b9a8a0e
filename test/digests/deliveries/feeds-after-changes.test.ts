import { feature, subscribe } from "../../support/digests";
import { usePlans } from "./use-plans";

describe("the feeds of a digest", () => {
  const { t, plan, feeds, titles, change, featureDays } = usePlans();

  test("that had no paper for a filter are not looked at again when the filter changes", async () => {
    await featureDays(["06"], "2026-10-08T00:00:10Z");
    const [id] = await subscribe(t.db, 1, { filter: { keywords: ["graphs"] } });
    await plan("2026-10-08T07:10:00Z");
    await featureDays(["07"], "2026-10-09T00:00:10Z");
    await change(id!, "filter = '{}'");
    await plan("2026-10-09T07:10:00Z");
    expect(await titles()).toEqual([[], ["paper of the 07"]]);
  });

  test("wait for the end of a pause, a week of them at most", async () => {
    await featureDays(["05", "06"], "2026-10-08T00:00:10Z");
    const [id] = await subscribe(t.db, 1);
    await plan("2026-10-08T07:10:00Z");
    await change(id!, "status = 'PAUSED', paused_until = '2026-10-17'");
    await featureDays(["07", "08", "09", "12", "13", "14", "15"], "2026-10-17T00:00:10Z");
    await plan("2026-10-17T12:00:00Z");
    await plan("2026-10-18T12:00:00Z");
    expect((await feeds())[1]).toEqual(["2026-10-12", "2026-10-13", "2026-10-14", "2026-10-15"]);
  });

  test("go on after the days that came by another frequency: none is left out, no paper comes twice", async () => {
    await featureDays(["05", "06", "07"], "2026-10-09T00:00:10Z");
    const [id] = await subscribe(t.db, 1);
    await plan("2026-10-09T07:10:00Z");
    await featureDays(["08", "09"], "2026-10-13T00:00:10Z");
    await change(id!, "frequency = 'WEEKLY'");
    await plan("2026-10-13T07:10:00Z");
    await featureDays(["12", "13", "14"], "2026-10-16T00:00:10Z");
    await change(id!, "frequency = 'WEEKDAYS'");
    await plan("2026-10-16T07:10:00Z");
    expect(await feeds()).toEqual([
      ["2026-10-05", "2026-10-06", "2026-10-07"],
      ["2026-W41"],
      ["2026-10-12", "2026-10-13", "2026-10-14"],
    ]);
    expect((await titles()).flat().sort()).toEqual(
      ["05", "06", "07", "08", "09", "12", "13", "14"].map((day) => `paper of the ${day}`),
    );
  });

  test("of a change from daily to weekly are not the weeks that came day by day", async () => {
    await featureDays(["01", "05", "06"], "2026-10-08T00:00:10Z");
    const [id] = await subscribe(t.db, 1);
    await plan("2026-10-08T07:10:00Z");
    await feature(t.db, "2026-10-05", [], "2026-10-13T00:00:10Z");
    await change(id!, "frequency = 'WEEKLY'");
    await plan("2026-10-13T07:10:00Z");
    expect((await feeds())[1]).toEqual(["2026-W41"]);
  });
});
