import { readConfig } from "../../src/config/config";
import { welcome } from "../../src/processes/welcome";
import { startApi, type TestApi } from "../support/api";
import { useApi } from "../support/use-api";

const NEEDING = "query Needing($id: ID!) { node(id: $id) { id } }";
const PLAIN = "query Plain($n: Int = 1) { papers(first: $n) { totalCount } }";
const documents = [
  { id: "needing", text: NEEDING, file: "a.json" },
  { id: "its-plain", text: PLAIN, file: "a.json" },
  { id: "again", text: PLAIN, file: "b.json" },
];

describe("the text at the start", () => {
  const t = useApi();
  const textWith = (env: Record<string, string>, trustedDocuments = documents) =>
    welcome(readConfig(env), 4000, { outboxSecret: null, isEmpty: false, trustedDocuments });
  /** The answers to the requests that a text shows. */
  const answers = (api: TestApi, text: string) =>
    Promise.all(
      [...text.matchAll(/^ {4}-d '(.*)'$/gm)].map(
        async ([, body]) => (await api.http().post("/graphql").send(JSON.parse(body!))).body,
      ),
    );
  const locked = { TRUSTED_DOCUMENTS: "documents", TRUSTED_DOCUMENTS_ONLY: "on" };

  test("shows a query that is answered, and a vote that needs only a token", async () => {
    const [feed, vote] = await answers(t.api, textWith({}));
    expect(feed.data).toBeDefined();
    expect(feed.errors).toBeUndefined();
    expect(vote.errors).toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
  });

  test.each([
    [{}, "  npm run --silent token"],
    [{ DATA_DIR: "/srv/papers" }, "  DATA_DIR=/srv/papers npm run --silent token"],
    [{ DATA_DIR: "/srv/Ada's papers" }, "  DATA_DIR='/srv/Ada'\\''s papers' npm run --silent token"],
    [{ DATABASE_URL: "postgres://ada:secret@host/papers" }, "  DATABASE_URL=... npm run --silent token"],
  ])("shows a command with the setting that it needs for the same database, with %j", (env, command) => {
    expect(textWith(env).split("\n")).toContain(`${command} -- create --user ada --scopes UPVOTES_WRITE`);
  });

  test("shows a trusted document where no other is executed, and how many there are", async () => {
    const only = t.use(await startApi(t.db, { trustedDocuments: documents, trustedOnly: true }));
    const text = textWith(locked);
    expect(text).toContain("2 are known");
    expect(text).toContain("--scopes DEVELOP");
    expect(await answers(only, text)).toEqual([{ data: { papers: { totalCount: 0 } } }]);
  });

  test("shows how variables are sent where every trusted document needs some", async () => {
    const text = textWith(locked, documents.slice(0, 1));
    expect(text).toContain("1 is known");
    expect(text).toContain(`-d '{"documentId":"needing","variables":{}}'`);
  });
});
