import { encodeNodeId } from "../../../src/nodes/node-id";
import { feature, ledger, subscribe } from "../../support/digests";
import { importRecords, sourceRecord } from "../../support/factories";
import { useOwnModel } from "../../support/own-model";
import { usePlans } from "./use-plans";

describe("digests of what is near, while papers have no vector", () => {
  const { t, plan, titles } = usePlans();
  const { embed } = useOwnModel(t);

  const subscribeToNear = async () => {
    await importRecords(t.db, [sourceRecord({ title: "graph coloring" })]);
    await embed();
    const [{ id }] = (await t.db.run("select id from papers")) as [{ id: number }];
    const over = { next_send_at: "2026-10-09T07:00:00Z" };
    await subscribe(t.db, 1, { ...over, filter: JSON.stringify({ near: [encodeNodeId("Paper", id)] }) });
    await subscribe(t.db, 1, over);
    await feature(t.db, "2026-10-07", ["coloring of a graph", "protein folding"], "2026-10-09T00:00:10Z");
  };
  const ALL = ["coloring of a graph", "protein folding"];

  test("wait for these, and hold up no others", async () => {
    await subscribeToNear();
    await plan("2026-10-09T07:00:00Z");
    await plan("2026-10-09T08:00:00Z");
    expect(await titles()).toEqual([ALL]);
    await embed();
    await Promise.all([plan("2026-10-09T09:00:00Z"), plan("2026-10-09T09:00:00Z")]);
    await plan("2026-10-09T10:00:00Z");
    expect((await titles()).sort()).toEqual([["coloring of a graph"], ALL].sort());
    const [row] = await t.db.run<{ dueAt: Date }>(
      `select next_send_at as "dueAt" from digest_subscriptions where filter ? 'near'`,
    );
    expect(row!.dueAt.toISOString()).toMatch(/^2026-10-10T07:0\d:00/);
  });

  test("wait for a day at most", async () => {
    await subscribeToNear();
    await plan("2026-10-10T06:59:59Z");
    expect(await titles()).toEqual([ALL]);
    await plan("2026-10-10T07:00:00Z");
    expect((await ledger(t.db)).map(({ status }) => status).sort()).toEqual(["QUEUED", "SKIPPED"]);
  });
});
