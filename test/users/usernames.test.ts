import { MakeUsernamesUniqueWithoutCase1791410000000 } from "../../migrations/1791410000000-make-usernames-unique-without-case";
import { runTokenCommand } from "../../src/users/token-command";
import { deleteUser } from "../../src/users/user.service";
import { runUserCommand } from "../../src/users/user-command";
import { withDataSource } from "../support/data-source";
import { importRecords, signIn, sourceRecord } from "../support/factories";
import { useIssuer } from "../support/issuer";
import { useApi } from "../support/use-api";

const VIEWER = "{ viewer { username } }";

describe("usernames", () => {
  const issuer = useIssuer();
  const t = useApi(() => ({ oidc: { issuer: issuer.url, audience: "papers" } }));
  afterEach(() => t.db.reset());

  const nameOf = async (sub: string, preferred_username: string): Promise<string> =>
    (await t.api.data(VIEWER, {}, await issuer.token({ sub, preferred_username }))).viewer.username;
  const names = async () =>
    (await t.db.run<{ username: string }>("select username from users order by id")).map((user) => user.username);

  test("that are taken, in any case, are not given to who signs in; the other name is the same each time", async () => {
    await signIn(t.db, "Importer");
    const first = await nameOf("1", "importer");
    expect(first).toMatch(/^importer-[0-9a-f]{5}$/);
    expect(await nameOf("1", "importer")).toBe(first);
    expect(await nameOf("1", "another")).toBe(first);
    const second = await nameOf("2", "IMPORTER");
    expect(second).toMatch(/^IMPORTER-[0-9a-f]{5}$/);
    await deleteUser(t.db, first);
    expect(await nameOf("1", "importer")).toBe(first);
    // Whoever takes that name beforehand only makes it another one.
    await deleteUser(t.db, first);
    expect(await nameOf("3", first)).toBe(first);
    const third = await nameOf("1", "importer");
    expect(third).toMatch(/^importer-[0-9a-f]{5}$/);
    expect(third).not.toBe(first);
    expect(await names()).toHaveLength(4);
  });

  test("of who signs in are not the command line's to give tokens to", async () => {
    expect(await nameOf("1", "importer")).toBe("importer");
    for (const name of ["importer", "Importer"]) {
      await expect(runTokenCommand(t.db, ["create", "--user", name, "--scopes", "PAPERS_WRITE"])).rejects.toThrow(
        `${name} is a user who signs in at an issuer: choose another name.`,
      );
    }
    expect(await t.db.run("select from access_tokens")).toEqual([]);
  });

  test("are one, in any case, on the command line", async () => {
    await runTokenCommand(t.db, ["create", "--user", "Ada"]);
    await runTokenCommand(t.db, ["create", "--user", "ada"]);
    expect(await names()).toEqual(["Ada"]);
    expect((await runTokenCommand(t.db, ["list", "--user", "ADA"])).split("\n")).toHaveLength(2);
    expect(await runUserCommand(t.db, ["delete", "aDa"])).toMatch(/^Deleted Ada,/);
    expect(await names()).toEqual([]);
  });

  test("that many want at once are given to one of them each", async () => {
    const wanted = Array.from({ length: 12 }, (_, i) => nameOf(String(i), i % 2 ? "grace" : "GRACE"));
    const given = (await Promise.all(wanted)).map((name) => name.toLowerCase());
    expect(new Set(given).size).toBe(12);
    expect(given).toContain("grace");
  });

  test("that differed in case alone before an upgrade are parted by it, and their papers told of", async () => {
    await importRecords(t.db, [sourceRecord({ title: "hers" }), sourceRecord({ title: "his" })]);
    await t.db.run("delete from paper_touches");
    const migration = new MakeUsernamesUniqueWithoutCase1791410000000();
    await withDataSource(t.db.url, async (dataSource) => {
      const runner = dataSource.createQueryRunner();
      await migration.down(runner);
      await t.db.run(`insert into users (id, username, issuer, subject) values
        (101, 'ADA', 'https://x.test', '1'), (102, 'Ada', null, null), (103, 'ada', null, null),
        (104, 'bob', null, null), (105, 'ada-103', null, null), (106, 'bOb', 'https://x.test', '2')`);
      await t.db.run("update papers set submitter_id = case title when 'hers' then 101 else 102 end");
      await migration.up(runner);
    });
    expect(await names()).toEqual(["ADA-101", "Ada", "ada-103-1", "bob", "ada-103", "bOb-106"]);
    const touched = "select p.title from paper_touches t join papers p on p.id = t.paper_id";
    expect(await t.db.run(touched)).toEqual([{ title: "hers" }]);
    await expect(t.db.run("insert into users (username) values ('ADA')")).rejects.toThrow("users_username_fold_idx");
  });
});
