import { encodeNodeId } from "../../../src/nodes/node-id";
import { importRecords, sourceRecord } from "../../support/factories";
import { good, usePages } from "./use-pages";

describe("the page that manages a digest", () => {
  const { t, http, subscribed, row } = usePages();
  const { frequency, timeZone, hour, keywords } = good;
  const settings = {
    action: "save",
    frequency,
    timeZone,
    hour,
    keywords,
    weekday: "MONDAY",
    maxPapers: "5",
    minUpvotes: "",
    hasCode: "",
  };

  test("names the papers that others are to be like, keeps them, and stops that when the box is not ticked", async () => {
    const token = await subscribed();
    const page = () => http().get(`/digest/manage/${token}`);
    const save = (over: object) =>
      http()
        .post(`/digest/manage/${token}`)
        .type("form")
        .send({ ...settings, ...over });
    expect((await page()).text).not.toContain("Only papers like these");
    const titles = ["Graphs & <trees>", "Webs"];
    await importRecords(
      t.db,
      titles.map((title) => sourceRecord({ title })),
    );
    const papers = await t.db.run<{ id: number }>("select id from papers where title = any($1) order by title", [
      titles,
    ]);
    const near = papers.map(({ id }) => encodeNodeId("Paper", id));
    await t.db.run("update digest_subscriptions set filter = filter || $1::jsonb", [{ near }]);
    expect((await page()).text).toMatch(
      /name="near" value="on" checked>[\s\S]*<li>Graphs &amp; &lt;trees&gt;<\/li><li>Webs<\/li>/,
    );
    // Once from a page that did not show the box yet.
    for (const sent of [{ near: ["", "on"] }, {}]) {
      expect((await save(sent)).status).toBe(303);
      expect((await row())!.filter).toMatchObject({ near, keywords: ["agents"] });
    }
    await t.db.run("delete from papers where title = any($1)", [titles]);
    expect((await save({ near: ["", "on"] })).status).toBe(303);
    expect((await page()).text).toContain("These papers were deleted, so no paper is like them.");
    expect((await save({ near: "x" })).text).toContain("“Only papers like these” must be “on” or empty.");
    expect((await save({ near: "" })).status).toBe(303);
    expect((await row())!.filter).not.toHaveProperty("near");
  });
});
