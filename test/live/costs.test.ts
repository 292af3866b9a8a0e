import type { Turn } from "../../src/async/turns";
import { withLimits } from "../support/api";
import { withReads } from "../support/database";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { openAcknowledged } from "../support/raw-listener";
import { useDatabase } from "../support/use-api";

const VOTE = "mutation ($id: ID!) { vote: upvotePaper(input: { paperId: $id }) { changed } }";
const UNVOTE = VOTE.replace("upvotePaper", "removePaperUpvote");
const LISTEN =
  "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount paper { upvoteHistory { upvoteCount } } } }";
const LIMIT = 1500;

describe("events of subscriptions", () => {
  const t = useDatabase();
  let id: string;
  let token: string;
  beforeAll(async () => {
    await importRecords(t.db, [sourceRecord({ title: "Voted" }), sourceRecord({ title: "Voted, too" })]);
    const [paper] = await t.db.run<{ id: number }>("select id from papers where title = 'Voted'");
    id = Buffer.from(`Paper:${paper!.id}`).toString("base64url");
    token = await signIn(t.db, "ada");
  });

  test("cost their listener points; without any it is told so, and the subscription ends", () =>
    withLimits(t.db, { RATE_LIMIT_ANONYMOUS: LIMIT }, async (api) => {
      // They leave enough for the subscription, and for an event or two.
      const listener = await openAcknowledged(api);
      listener.send({ type: "subscribe", id: "1", payload: { query: LISTEN, variables: { ids: [id] } } });
      const isOver = listener.hears("complete", "1");
      let hasEnded = false;
      void isOver.then(() => {
        hasEnded = true;
      });
      for (let i = 0; !hasEnded; i++) await api.data(i % 2 === 0 ? VOTE : UNVOTE, { id }, token);
      const events = listener.messages.filter(({ type }) => type === "next").map(({ payload }) => payload);
      const last = events.pop();
      expect(last).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED", limit: LIMIT } }] });
      expect(last.errors[0].extensions).toHaveProperty("retryAfter");
      for (const event of events) expect(event.data.paperUpvotesChanged).toBeDefined();
      // What the address pays with is gone for its queries, too.
      expect(
        (await api.ask("{ papers(first: 100) { nodes { authors(first: 10) { nodes { name } } } } }")).errors,
      ).toMatchObject([{ extensions: { code: "RATE_LIMITED" } }]);
      listener.socket.terminate();
    }));

  const COUNTS = `subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { paper {
    upvoters { totalCount } authors(first: 2) { totalCount nodes { papers { totalCount } } } } } }`;

  const STANDINGS =
    "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { paper { standings { rank } } } }";

  test.each([STANDINGS, COUNTS])(
    "take the turns of who hears them for what may take long, and share what is short: %s",
    async (query) => {
      const long: (string | undefined)[] = [];
      const counted = withReads(t.db, (statement, turn?: Turn) => {
        if (statement.isLong) long.push(turn?.key);
        return t.db.primary.query(statement, turn);
      });
      await withLimits(counted, {}, async (api) => {
        const listeners = await Promise.all([
          openAcknowledged(api),
          openAcknowledged(api, { authorization: `Bearer ${token}` }),
        ]);
        const heard = listeners.map((listener) => {
          listener.send({ type: "subscribe", id: "1", payload: { query, variables: { ids: [id] } } });
          return listener.hears("next", "1");
        });
        let haveHeard = false;
        void Promise.all(heard).then(() => {
          haveHeard = true;
        });
        for (let i = 0; !haveHeard; i++) await api.data(i % 2 === 0 ? VOTE : UNVOTE, { id }, token);
        expect([...new Set(long)].sort()).toEqual(["network 127.0.0.1", expect.stringMatching(/^user \d+$/)]);
        for (const { socket } of listeners) socket.terminate();
      });
    },
  );
});
