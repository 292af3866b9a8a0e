import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { lexicographicSortSchema, printSchema } from "graphql";
import { describeSettings } from "../config/settings";
import { root } from "../root";
import { getSchema } from "../schema";

/** The schema as text, in a stable order. */
export const printApi = (): string => `${printSchema(lexicographicSortSchema(getSchema()))}\n`;

/** README with the table of settings as the code has them. */
function withSettings(readme: string): string {
  return readme.replace(/^\| name \| default \| meaning \|\n(?:\|.*\n)+/m, () => `${describeSettings()}\n`);
}

if (require.main === module) {
  writeFileSync(path.join(root, "schema.graphql"), printApi());
  const readme = path.join(root, "README.md");
  writeFileSync(readme, withSettings(readFileSync(readme, "utf8")));
}
