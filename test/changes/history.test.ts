import { setTimeout as sleep } from "node:timers/promises";
import { encodeCursor } from "../../src/paging/cursor";
import { addressOf } from "../support/api";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { joinCrowd } from "../support/sockets";
import { useApi } from "../support/use-api";

const CHANGES =
  "query ($after: String) { paperChanges(first: 1, after: $after) { nodes { title } pageInfo { endCursor hasPreviousPage } } }";
const PAPERS = "{ papers { nodes { id title } } }";

describe("when a database was restored below a running API", () => {
  const t = useApi();
  beforeAll(async () => {
    await importRecords(t.db, [sourceRecord({ title: "a" }), sourceRecord({ title: "b" })]);
  });

  const changes = async (after: string | null) => (await t.api.data(CHANGES, { after })).paperChanges;
  /** As pg_restore --clean does: the tables are made anew. */
  const restore = () =>
    t.db.run(`
      create table restored (like paper_changes including all);
      insert into restored select * from paper_changes;
      drop table paper_changes;
      alter table restored rename to paper_changes;
      alter table paper_changes add constraint paper_changes_paper_id_fkey
        foreign key (paper_id) references papers on delete cascade`);
  const hasNoticed = async () => {
    while (!t.api.logged.some((line) => JSON.stringify(line).includes("the database was restored"))) await sleep(20);
  };

  test("a cursor of the changes is refused, since what was read may be undone; from the start they go on", async () => {
    const { nodes, pageInfo } = await changes(null);
    expect((await changes(pageInfo.endCursor)).nodes).toHaveLength(1);
    await restore();
    const refused = await t.api.ask(CHANGES, { after: pageInfo.endCursor });
    expect(refused.errors?.[0]).toMatchObject({ extensions: { code: "BAD_USER_INPUT", argument: "after" } });
    expect(refused.errors![0]!.message).toContain("Read paperChanges again from the start, without after");
    const again = await changes(null);
    expect(again.nodes).toEqual(nodes);
    expect(again.pageInfo.endCursor).not.toBe(pageInfo.endCursor);
    expect(await changes(again.pageInfo.endCursor)).toMatchObject({ nodes: [{}], pageInfo: { hasPreviousPage: true } });
  });

  test("a cursor of the version before, which knows no history, is refused alike", async () => {
    const { pageInfo } = await changes(null);
    const text = Buffer.from(pageInfo.endCursor, "base64url").toString();
    const [changedAt, id] = JSON.parse(text.slice(8));
    const old = encodeCursor(JSON.stringify(["paperChanges", null, null]), [changedAt, id]);
    expect((await t.api.ask(CHANGES, { after: old })).errors![0]!.message).toContain("again from the start");
  });

  test("revisions that are given out again show what they now stand for, and listeners hear what happens from then on", async () => {
    t.api.logged.length = 0;
    const listener = await joinCrowd(
      `http://${addressOf(t.api)}/graphql`,
      "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount } }",
      {
        ids: (await t.api.data(PAPERS)).papers.nodes.map(({ id }: { id: string }) => id),
      },
    );
    await t.db.run(`
      alter table papers disable trigger papers_revision;
      update papers set title = title || ' of another history';
      alter table papers enable trigger papers_revision;
      update paper_changes set changed_at = changed_at - interval '1 day'`);
    await restore();
    await hasNoticed();
    const { nodes } = (await t.api.data(PAPERS)).papers;
    expect(nodes.map(({ title }: { title: string }) => title).sort()).toEqual([
      "a of another history",
      "b of another history",
    ]);
    const vote = `mutation { upvotePaper(input: { paperId: "${nodes[0].id}" }) { changed } }`;
    await t.api.data(vote, {}, await signIn(t.db, "ada"));
    while (listener.events.length === 0) await sleep(20);
    listener.socket.close();
  });
});
