import { wantsSample } from "../src/ingest/sample";
import { createTestDatabase, type TestDatabase } from "./support/database";
import { addressOf, ask, run, temporaryFolder } from "./support/processes";

const PAPERS = "{ papers(first: 1) { totalCount } }";

describe("the sample", () => {
  test.each([
    [{}, true],
    [{ DATABASE_URL: "postgres://x/y" }, false],
    [{ SMTP_URL: "smtp://x" }, false],
    [{ SAMPLE: false }, false],
    [{ SAMPLE: true, DATABASE_URL: "postgres://x/y", SMTP_URL: "smtp://x" }, true],
  ])("with %j is wanted: %s", (config, isWanted) => {
    expect(wantsSample(config)).toBe(isWanted);
  });

  describe("in a database of one's own", () => {
    let db: TestDatabase;
    beforeAll(async () => {
      db = await createTestDatabase();
    });
    afterAll(() => db.close());

    test("is loaded only when it is asked for; without it the start says how to get papers", async () => {
      const { folder, remove } = await temporaryFolder();
      const start = async (env: Record<string, string>) => {
        const api = run("main", [], { DATABASE_URL: db.url, DATA_DIR: folder, WORKER: "off", ...env });
        const { data } = await ask(await addressOf(api), PAPERS);
        api.child.kill("SIGTERM");
        await api.ended;
        return { output: api.output(), data };
      };
      const empty = await start({});
      expect(empty.data).toEqual({ papers: { totalCount: 0 } });
      expect(empty.output).toContain("There are no papers yet. Import some");
      const filled = await start({ SAMPLE: "on" });
      expect(filled.data).toEqual({ papers: { totalCount: 626 } });
      expect(filled.output).not.toContain("There are no papers yet");
      await remove();
    });
  });
});
