import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { CriticalityLevel, DiffRule, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const LEVELS = {
  [CriticalityLevel.Breaking]: "BREAKING",
  [CriticalityLevel.Dangerous]: "DANGEROUS",
  [CriticalityLevel.NonBreaking]: "SAFE",
} as const;

interface SchemaChange {
  level: (typeof LEVELS)[CriticalityLevel];
  message: string;
}

/** What clients may notice of a change, the worst first; better descriptions are none of it. */
async function compareSchemas(before: string, after: string): Promise<SchemaChange[]> {
  const rules = [DiffRule.ignoreDescriptionChanges, DiffRule.simplifyChanges];
  const changes = await diff(buildSchema(before), buildSchema(after), rules);
  const order = Object.values(LEVELS);
  return changes
    .map(({ criticality, message }) => ({ level: LEVELS[criticality.level], message }))
    .sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

/** schema.graphql of main (as published, if that is known) where this branch left it; null when there is none. */
function schemaOfMain(folder: string): string | null {
  const git = (...args: string[]): string | null => {
    try {
      return execFileSync("git", args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    } catch {
      return null;
    }
  };
  const main = ["origin/main", "main"].find((name) => git("rev-parse", "--verify", "--quiet", name));
  if (!main) return null;
  // In a fresh clone of main itself this is HEAD, and nothing has changed.
  const base = git("merge-base", "HEAD", main)?.trim() ?? main;
  return git("show", `${base}:./schema.graphql`);
}

/** What is to be told of the working tree's schema.graphql, and whether it breaks what clients of main rely on. */
export async function checkSchema(folder: string): Promise<{ report: string[]; breaks: boolean }> {
  const before = schemaOfMain(folder);
  if (before === null) {
    return { report: ["Skipped: git knows no main branch with a schema.graphql to compare with."], breaks: false };
  }
  const changes = await compareSchemas(before, readFileSync(path.join(folder, "schema.graphql"), "utf8"));
  const breaking = changes.filter(({ level }) => level === "BREAKING").length;
  const sum = `Schema since main: ${changes.length} changes, ${breaking} of them breaking.`;
  return { report: [...changes.map(({ level, message }) => `${level}: ${message}`), sum], breaks: breaking > 0 };
}

async function main(): Promise<void> {
  const { report, breaks } = await checkSchema(process.cwd());
  console.log(report.join("\n"));
  if (breaks) process.exitCode = 1;
}

if (require.main === module) void main();
