import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../root";

/** An operation of the API that agents have as a tool of the same name. */
export interface Operation {
  name: string;
  /** What it does: the comment that it begins with. */
  description: string;
  text: string;
}

const FOLDER = path.join(root, "src/agents/operations");
const COMMENT = /^# (.+)$/m;

let read: ReadonlyMap<string, Operation> | undefined;

/** The operations by their names, from the files of src/agents/operations. */
export function readOperations(): ReadonlyMap<string, Operation> {
  read ??= new Map(
    readdirSync(FOLDER)
      .sort()
      .map((file) => {
        const name = path.basename(file, ".graphql");
        const text = readFileSync(path.join(FOLDER, file), "utf8");
        return [name, { name, description: COMMENT.exec(text)![1]!, text }];
      }),
  );
  return read;
}

/** The operations as Apollo's tools write them, Apollo MCP Server among those that read them. */
export function writeManifest(): string {
  const operations = [...readOperations().values()].map(({ name, text }) => ({
    id: createHash("sha256").update(text).digest("hex"),
    name,
    type: /^mutation\b/m.test(text) ? "mutation" : "query",
    body: text,
  }));
  return `${JSON.stringify({ format: "apollo-persisted-query-manifest", version: 1, operations }, null, 2)}\n`;
}
