import path from "node:path";
import { makeDataDir } from "../src/data-dir";
import { ExpectedError } from "../src/expected-error";
import { parseCommand } from "../src/ingest/command";
import { admin, serverUrl } from "./support/database";
import { mistake, root, run, serverPid, temporaryFolder } from "./support/processes";

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
      ["DATABASE_ULR is no setting of this program", 'PORT "many" is not a number from 0 to 65535.'],
    ],
    [
      { DATABASE_URL: "postgres://ada:secret@127.0.0.1:1/papers" },
      ["DATABASE_URL: no connection to 127.0.0.1:1/papers: connect ECONNREFUSED 127.0.0.1:1."],
    ],
    [{ DATA_DIR: "/proc/nope/deeper" }, ["DATA_DIR /proc/nope/deeper is not a folder that can be written to"]],
  ])("%j", async (env, messages) => {
    const output = await sentence("main", [], env as Record<string, string>);
    for (const message of messages) expect(output).toContain(message);
    expect(output).not.toContain("secret");
    expect(output.split("\n")).toHaveLength(messages.length);
  });

  test.each(["/dev/null/nope", "/proc/nope/deeper", path.join(root, "package.json")])(
    "the data folder %s",
    async (folder) => {
      await expect(makeDataDir(folder)).rejects.toThrow(`DATA_DIR ${folder} is not a folder that can be written to`);
    },
  );

  test("a database that is not UTF8", async () => {
    const name = `daily_papers_test_latin_${process.pid}`;
    await admin(`create database ${name} encoding 'LATIN1' locale_provider libc locale 'C' template template0`);
    const output = await sentence("main", [], { DATABASE_URL: serverUrl(name) });
    expect(output).toContain(`/${name} is encoded in LATIN1; make one that takes all text: create database NAME`);
    expect(output.split("\n")).toHaveLength(1);
    await admin(`drop database ${name}`);
  });

  test("an unknown argument", async () => {
    expect(await sentence("main", ["--prot", "5000"], {})).toBe(
      "Unknown argument --prot; settings are environment variables, e.g. PORT=5000 npm start.",
    );
  });

  test.each([
    [["page", "x", "--year", "25"], "--year 25 is no year"],
    [["page", "/nope.txt"], "/nope.txt cannot be read: there is no such file."],
    [["page", path.join(root, "README.md")], "no Daily Papers page"],
    [["page", "x", "--from", "2025-01-01"], "--from does not go with this import."],
    [["huggingface", "--from", "2025-01-32", "--to", "2025-02-01"], "--from 2025-01-32 is no day"],
    [["huggingface", "--from", "2025-02-02", "--to", "2025-02-01"], "--from 2025-02-02 is after --to 2025-02-01."],
    [["huggingface", "--form", "2025-02-02"], "Unknown option '--form'"],
    [[], "Usage:"],
  ])("the command line of an import, %j", async (args, message) => {
    await expect(parseCommand(args)).rejects.toThrow(message);
    await expect(parseCommand(args)).rejects.toBeInstanceOf(ExpectedError);
  });
});
