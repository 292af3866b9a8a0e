import { spawnSync } from "node:child_process";
import { chown, mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeDataDir } from "../../src/config/data-dir";
import { ExpectedError } from "../../src/config/expected-error";
import { parseCommand } from "../../src/ingest/command";
import { root } from "../../src/root";
import { admin, serverUrl } from "../support/database";
import { mistake, run, serverPid, temporaryFolder } from "../support/processes";

jest.setTimeout(60_000);

describe("mistakes end with one clear sentence and exit code 1", () => {
  /** Those that come after a server was started on a data folder are tested where there is one: in processes.test.ts. */
  const sentence = async (script: string, args: string[], env: Record<string, string>) => {
    const { folder, remove } = await temporaryFolder();
    const said = await mistake(run(script, args, { DATA_DIR: folder, ...env }));
    expect(await serverPid(folder)).toBeNull();
    await remove();
    return said;
  };

  test.each([
    [
      { PORT: "many", DATABASE_ULR: "x" },
      ["DATABASE_ULR is not a setting of this program", 'PORT "many" is not a number from 0 to 65535.'],
    ],
    [
      { DATABASE_URL: "postgres://ada:secret@127.0.0.1:1/papers" },
      ["DATABASE_URL: no connection to 127.0.0.1:1/papers: connect ECONNREFUSED 127.0.0.1:1."],
    ],
    [
      { TRUSTED_DOCUMENTS: "/nope.json" },
      ["TRUSTED_DOCUMENTS: there is no /nope.json: make the folder, and copy into it what the clients' tools write."],
    ],
    [{ TRUSTED_DOCUMENTS_ONLY: "on" }, ["TRUSTED_DOCUMENTS_ONLY needs TRUSTED_DOCUMENTS"]],
    [{ DATA_DIR: "/proc/nope/deeper" }, ["DATA_DIR /proc/nope/deeper is not a folder that can be written to"]],
  ])("%j", async (env, messages) => {
    const output = await sentence("api.main", [], env as Record<string, string>);
    for (const message of messages) expect(output).toContain(message);
    expect(output).not.toContain("secret");
    expect(output.split("\n")).toHaveLength(messages.length);
  });

  test.each(["backup", "counts", "digest", "papers", "restore", "sources", "token", "users"])(
    "no database to connect to, of %s",
    async (program) => {
      const said = await sentence(`${program}.main`, ["x"], { DATABASE_URL: "postgres://127.0.0.1:1/papers" });
      expect(said).toBe("DATABASE_URL: no connection to 127.0.0.1:1/papers: connect ECONNREFUSED 127.0.0.1:1.");
    },
  );

  test.each(["/dev/null/nope", "/proc/nope/deeper", path.join(root, "package.json")])(
    "the data folder %s",
    async (folder) => {
      await expect(makeDataDir(folder)).rejects.toThrow(`DATA_DIR ${folder} is not a folder that can be written to`);
    },
  );

  test.each([
    ["backup.main", ["papers.gz"]],
    ["token.main", ["create", "--user", "ada"]],
    ["papers.main", ["delete", "2605.16363"]],
  ])("%s %j where no database is: none is made", async (script, args) => {
    const { folder, remove } = await temporaryFolder();
    const missing = path.join(folder, "data");
    const said = await mistake(run(script, args, { DATA_DIR: missing }));
    expect(said).toBe(
      `There is no database in ${missing}: set DATA_DIR to the folder of the one that is meant. npm start makes a new one.`,
    );
    expect(await readdir(folder)).toEqual([]);
    await remove();
  });

  test.each(["backup", "counts", "digest", "papers", "restore", "sources", "token", "users"])(
    "%s --help asks for no database, and is no mistake",
    async (program) => {
      const { folder, remove } = await temporaryFolder();
      const asked = run(`${program}.main`, ["--help"], { DATA_DIR: path.join(folder, "data") });
      expect((await asked.ended).code).toBe(0);
      expect(asked.output()).toMatch(RegExp(`^Usage:\n  npm run (--silent )?${program} `));
      expect(await readdir(folder)).toEqual([]);
      await remove();
    },
  );

  // Root alone may start a process as another user, and that one must be able to read the checkout.
  const nobody = { uid: 65_534, gid: 65_534 };
  const mayRead = spawnSync("test", ["-r", path.join(root, "dist/restore.main.js")], nobody).status === 0;
  (mayRead ? describe : describe.skip)("of a user for whom the embedded PostgreSQL cannot be started:", () => {
    const as = async (user: { uid: number; gid: number }, prepare: (folder: string) => Promise<unknown>) => {
      const { folder, remove } = await temporaryFolder();
      await chown(folder, user.uid, user.gid);
      await prepare(folder);
      const said = await mistake(run("restore.main", ["papers.gz"], { DATA_DIR: folder }, undefined, user));
      expect((await readdir(folder)).filter((name) => name.startsWith("postgres.new-"))).toEqual([]);
      await remove();
      return said.replaceAll(folder, "DATA_DIR");
    };

    test("a number without a name", async () => {
      expect(await as({ uid: 1_234_567, gid: 0 }, async () => {})).toBe(
        "The embedded PostgreSQL cannot create its database: could not look up effective user ID 1234567: user does not exist. " +
          "Give this user a name in /etc/passwd, or set DATABASE_URL to a PostgreSQL of your own.",
      );
    });

    test("another than the one who started it first", async () => {
      const isRoots = (folder: string) => mkdir(path.join(folder, "postgres"), { mode: 0o700 });
      expect(await as(nobody, isRoots)).toBe(
        "DATA_DIR/postgres cannot be read (EACCES). Start as the user who started first, or set DATA_DIR to another folder.",
      );
    });
  });

  test("a database that is not UTF8", async () => {
    const name = `daily_papers_test_latin_${process.pid}`;
    await admin(`create database ${name} encoding 'LATIN1' locale_provider libc locale 'C' template template0`);
    const output = await sentence("api.main", [], { DATABASE_URL: serverUrl(name) });
    expect(output).toContain(`/${name} is encoded in LATIN1; create one that stores all text: create database NAME`);
    expect(output.split("\n")).toHaveLength(1);
    await admin(`drop database ${name}`);
  });

  test("a database that is another's", async () => {
    const name = `daily_papers_test_foreign_${process.pid}`;
    await admin(`create database ${name}`);
    await admin(`create role ${name} login password 'x'`);
    const url = new URL(serverUrl(name));
    url.username = name;
    url.password = "x";
    expect(await sentence("api.main", [], { DATABASE_URL: url.href })).toBe(
      `The database cannot be migrated: permission denied for schema public. Its user must own it: alter database ${name} owner to ${name}.`,
    );
    await admin(`drop database ${name}`);
    await admin(`drop role ${name}`);
  });

  test("an unknown argument", async () => {
    expect(await sentence("api.main", ["--prot", "5000"], {})).toBe(
      "Unknown argument --prot; settings are environment variables, e.g. PORT=5000 npm start.",
    );
  });

  test.each([
    [["page", "x", "--year", "25"], "--year 25 is not a year"],
    [["page", "/nope.txt"], "/nope.txt cannot be read: there is no such file."],
    [["page", root], `${root} cannot be read: it is a folder.`],
    [["page", path.join(root, "package.json/x")], "cannot be read: there is no such file."],
    [["page", path.join(root, "README.md")], "not a Daily Papers page"],
    [["page", "x", "--from", "2025-01-01"], "--from is not an option of this import."],
    [["huggingface", "--from", "2025-01-32", "--to", "2025-02-01"], "--from 2025-01-32 is not a day"],
    [["huggingface", "--from", "2025-02-02", "--to", "2025-02-01"], "--from 2025-02-02 is after --to 2025-02-01."],
    [
      ["huggingface", "--from", "2022-01-01", "--to", "2023-05-03"],
      "--to 2023-05-03 is before the first day of Hugging Face's Daily Papers, 2023-05-04.",
    ],
    ...["http://host?x=1", "http://host/#top", "http://host?", "http://ada:secret@host", "ftp://host", "host"].map(
      (url): [string[], string] => [
        ["huggingface", "--from", "2025-02-01", "--to", "2025-02-01", "--base-url", url],
        `--base-url ${url} is not an http or https URL to which a path can be added: pass one without user, ? and #.`,
      ],
    ),
    [["arxiv", "x", "--from", "2025-02-02"], "--from is not an option of this import."],
    [["arxiv"], "arxiv needs FILE.\nUsage:"],
    [["arxiv", "--from", "2025-02-02"], "--from is not an option of this import."],
    [["arxv", "x"], '"arxv" is not page or huggingface or arxiv. Did you mean arxiv?\nUsage:'],
    [["constructor", "x"], '"constructor" is not page or huggingface or arxiv.\nUsage:'],
    [["page"], "page needs FILE.\nUsage:"],
    [["page", "x", "y"], '"y" is one word too many for page.\nUsage:'],
    [["huggingface"], "huggingface needs FILE, or --from and --to.\nUsage:"],
    [["huggingface", "--from", "2025-02-02"], "huggingface needs --to, too.\nUsage:"],
    [["huggingface", "--to", "2025-02-02"], "huggingface needs --from, too.\nUsage:"],
    [["huggingface", "--form", "2025-02-02"], "Unknown option '--form'"],
    [[], "What to import is missing: page, huggingface, arxiv.\nUsage:"],
  ])("the command line of an import, %j", async (args, message) => {
    await expect(parseCommand(args)).rejects.toThrow(message);
    await expect(parseCommand(args)).rejects.toBeInstanceOf(ExpectedError);
  });

  test("a page in another encoding", async () => {
    const { folder, remove } = await temporaryFolder();
    const file = path.join(folder, "page.txt");
    await writeFile(file, Buffer.from("Sep 7\n\nAdá\n", "latin1"));
    await expect(parseCommand(["page", file])).rejects.toThrow(
      new ExpectedError(`${file} is not encoded in UTF-8: save it in that encoding.`),
    );
    await remove();
  });
});
