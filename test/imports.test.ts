import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "./support/processes";

const UPWARDS: [file: string, from: string][] = [
  ["search/highlight.ts", "../schema"],
  ["papers/paper-filter.ts", "../context"],
  ["feeds/feed-connection.type.ts", "./feed.resolver"],
  ["users/access-token.input.ts", "../app"],
  ["users/user.service.ts", "../context"],
  ["users/user.loaders.ts", "./user.resolver"],
  ["users/user.entity.ts", "./user.service"],
  ["users/user.entity.ts", "./user.loaders"],
  ["users/viewer.resolver.ts", "./user.resolver"],
  ["db/sql.ts", "../papers/paper.service"],
  ["db/sql.ts", "../context"],
  ["http/head.ts", "../papers/paper.service"],
  ["http/head.ts", "../context"],
  ["errors.ts", "./papers/paper.service"],
  ["scalars.ts", "./context"],
  ["context.ts", "./users/user.resolver"],
  ["context.ts", "./schema"],
  ["metrics.ts", "./context"],
  ["schema.ts", "./app"],
  ["app.ts", "./main"],
  ["schema.ts", "./api"],
  ["app.ts", "./users/user.resolver"],
  ["worker.main.ts", "./main"],
];

const DOWNWARDS: typeof UPWARDS = [
  ["search/highlight.ts", "../papers/paper.service"],
  ["users/viewer.resolver.ts", "../context"],
  ["users/user.service.ts", "./user.entity"],
  ["users/user.entity.ts", "../db/columns"],
  ["errors.ts", "./db/sql"],
  ["db/sql.ts", "../errors"],
  ["http/head.ts", "../db/sql"],
  ["context.ts", "./users/user.loaders"],
  ["metrics.ts", "./upvotes/upvote.service"],
  ["schema.ts", "./users/user.resolver"],
  ["app.ts", "./schema"],
  ["main.ts", "./api"],
  ["api.ts", "./app"],
];

/** All imports of a file stand in it, each on a line of its own: one run of the linter is enough for all files. */
const imports = [...UPWARDS, ...DOWNWARDS];
const importsOf = (file: string) => imports.filter(([importing]) => importing === file);

describe("the linter", () => {
  let folder: string;
  let output: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "daily-papers-imports-"));
    for (const name of ["biome.json", ".gitignore"]) await cp(path.join(root, name), path.join(folder, name));
    await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    for (const [file] of imports) {
      const target = path.join(folder, "src", file);
      await mkdir(path.dirname(target), { recursive: true });
      // Types are imported too.
      const lines = importsOf(file).map(([, from], i) => `import type { X as X${i} } from "${from}";`);
      const types = lines.map((_, i) => `X${i}`);
      await writeFile(target, `${lines.join("\n")}\n\nexport type Y = [${types.join(", ")}];\n`);
    }
    const args = ["lint", "--only=style/noRestrictedImports", "--reporter=github", "--max-diagnostics=none", "src"];
    output = await new Promise((resolve) => {
      execFile(path.join(root, "node_modules/.bin/biome"), args, { cwd: folder }, (_, stdout) => resolve(stdout));
    });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const isRefused = (each: (typeof imports)[number]) => {
    const line = importsOf(each[0]).indexOf(each) + 1;
    return output.includes(`${path.join("/src", each[0])},line=${line},`);
  };

  test("refuses an import that goes up the layers, from every kind of file", () => {
    expect(UPWARDS.filter(isRefused)).toEqual(UPWARDS);
  });

  test("lets imports go down", () => {
    expect(DOWNWARDS.filter(isRefused)).toEqual([]);
  });
});
