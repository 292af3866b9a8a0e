import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../src/root";

/** From the top: what stands on a floor imports from its own and those below. A new feature is a folder of the features' floor. */
const FLOORS = [
  ["processes"],
  ["app.ts"],
  ["schema.ts"],
  ["resolvers"],
  ["context.ts"],
  ["live"],
  // Features.
  "agents authors backup changes citations content digests documents facets feeds ingest meaning organizations papers search sources topics trending upvotes users web-feeds webhooks".split(
    " ",
  ),
  ["http"],
  // Ground: knows no feature.
  ["admission", "nodes", "paging", "spelling", "tasks"],
  ["db"],
  ["graphql"],
  ["async", "config", "inputs"],
  ["log.ts", "root.ts"],
];

const IMPORT = /(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*"(\.[^"]+)"/g;

/** By file, the files that it imports, types included. */
const imports = readImports();
const folders = group(imports, folderOf);

function readImports(): Map<string, Set<string>> {
  const names = readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".ts"));
  const importsOf = (file: string) =>
    [...readFileSync(path.join(root, "src", file), "utf8").matchAll(IMPORT)]
      .map(([, from]) => `${path.join(path.dirname(file), from!)}.ts`)
      .filter((target) => !target.startsWith(".."));
  return new Map(files.map((file) => [file, new Set(importsOf(file))]));
}

/** Resolvers count as a floor of their own, wherever they stand: they alone see the context, which sees all loaders. */
function folderOf(file: string): string {
  return file.endsWith(".resolver.ts") ? "resolvers" : file.split("/")[0]!;
}

function floorOf(file: string): number {
  return FLOORS.findIndex((folders) => folders.includes(folderOf(file)));
}

function group(graph: Map<string, Set<string>>, by: (node: string) => string): Map<string, Set<string>> {
  const grouped = new Map<string, Set<string>>();
  for (const [from, targets] of graph) {
    const others = [...targets].map(by).filter((target) => target !== by(from));
    grouped.set(by(from), new Set([...(grouped.get(by(from)) ?? []), ...others]));
  }
  return grouped;
}

/** Some way in a circle, or nothing. */
function circleIn(graph: Map<string, Set<string>>): string[] {
  const done = new Set<string>();
  const follow = (node: string, way: string[]): string[] => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return [];
    for (const next of graph.get(node) ?? []) {
      const circle = follow(next, [...way, node]);
      if (circle.length > 0) return circle;
    }
    done.add(node);
    return [];
  };
  return [...graph.keys()].map((node) => follow(node, [])).find((circle) => circle.length > 0) ?? [];
}

test("every file stands on a floor", () => {
  expect([...imports.keys()].filter((file) => floorOf(file) < 0)).toEqual([]);
});

test("imports are found, and of files that there are", () => {
  expect(imports.get("app.ts")).toContain("schema.ts");
  const targets = [...imports.values()].flatMap((each) => [...each]);
  expect(targets.filter((target) => !imports.has(target))).toEqual([]);
});

test("imports go down, or stay on their floor", () => {
  const upwards = [...imports].flatMap(([file, targets]) =>
    [...targets]
      .filter((target) => floorOf(target) < floorOf(file))
      .map((target) => `src/${file} (floor ${floorOf(file)}) imports src/${target} (floor ${floorOf(target)})`),
  );
  expect(upwards).toEqual([]);
});

test("no resolver imports another, but by the schema", () => {
  const resolvers = [...imports].filter(([file]) => folderOf(file) === "resolvers");
  expect(resolvers.filter(([, targets]) => [...targets].some((each) => folderOf(each) === "resolvers"))).toEqual([]);
});

test("entities import neither services nor loaders", () => {
  const entities = [...imports].filter(([file]) => file.endsWith(".entity.ts"));
  const upwards = entities.filter(([, targets]) => [...targets].some((each) => /\.(service|loaders)\.ts$/.test(each)));
  expect(upwards).toEqual([]);
});

test("no files, and no folders, import each other in a circle", () => {
  expect(circleIn(imports)).toEqual([]);
  expect(circleIn(folders)).toEqual([]);
});
