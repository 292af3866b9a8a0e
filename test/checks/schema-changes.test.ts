import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { temporaryFolder } from "../support/processes";
import { checkSchema } from "./schema-changes";

const SCHEMA = '"All." type Query { title: String! period: Period, old: String } enum Period { DAY }';
const SKIPPED = { report: [expect.stringContaining("Skipped")], breaks: false };

// The check itself says that it is skipped where git is missing.
const hasGit = spawnSync("git", ["--version"]).status === 0;

(hasGit ? describe : describe.skip)("schema changes", () => {
  let folder: string;
  let remove: () => Promise<void>;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@example.org", ...args], { cwd: folder });
  const write = (schema: string) => writeFileSync(path.join(folder, "schema.graphql"), schema);
  const commit = (schema: string) => {
    write(schema);
    git("add", "schema.graphql");
    git("commit", "--quiet", "--message", "Change the schema");
  };
  beforeEach(async () => {
    ({ folder, remove } = await temporaryFolder());
    git("init", "--quiet", "--initial-branch=main");
  });
  afterEach(() => remove());

  test.each([
    ["a removed field", SCHEMA.replace(", old: String", ""), "BREAKING", true],
    ["a field that may now be null", SCHEMA.replace("String!", "String"), "BREAKING", true],
    ["a new value of an enum", SCHEMA.replace("DAY", "DAY WEEK"), "DANGEROUS", false],
    ["a new field", SCHEMA.replace("old:", "new: Int, old:"), "SAFE", false],
    ["a deprecation", SCHEMA.replace("String }", 'String @deprecated(reason: "See title.") }'), "SAFE", false],
  ])("%s is reported, and fails when it breaks clients", async (_, schema, level, breaks) => {
    commit(SCHEMA);
    write(schema);
    const checked = await checkSchema(folder);
    expect(checked.report[0]).toMatch(new RegExp(`^${level}: `));
    expect(checked.breaks).toBe(breaks);
  });

  test("a better description is no change", async () => {
    commit(SCHEMA);
    write(SCHEMA.replace("All.", "Everything."));
    expect(await checkSchema(folder)).toMatchObject({ report: [expect.stringContaining(" 0 changes")] });
  });

  test("a branch is compared with main as it left it, whatever main did since", async () => {
    commit(SCHEMA);
    git("switch", "--quiet", "--create", "mine");
    git("switch", "--quiet", "main");
    commit(SCHEMA.replace("old:", "new: Int, old:"));
    git("switch", "--quiet", "mine");
    expect(await checkSchema(folder)).toMatchObject({ report: [expect.stringContaining(" 0 changes")] });
  });

  test("main itself is compared with what was published of it", async () => {
    commit(SCHEMA);
    git("update-ref", "refs/remotes/origin/main", "HEAD");
    commit(SCHEMA.replace(", old: String", ""));
    expect((await checkSchema(folder)).breaks).toBe(true);
    git("update-ref", "refs/remotes/origin/main", "HEAD");
    expect((await checkSchema(folder)).breaks).toBe(false);
  });

  test("without a main branch, or a schema in it, it is skipped", async () => {
    git("commit", "--quiet", "--allow-empty", "--message", "Start");
    expect(await checkSchema(folder)).toEqual(SKIPPED);
    git("branch", "--move", "elsewhere");
    commit(SCHEMA);
    expect(await checkSchema(folder)).toEqual(SKIPPED);
  });
});
