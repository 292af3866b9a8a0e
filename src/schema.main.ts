import { writeFileSync } from "node:fs";
import path from "node:path";
import { lexicographicSortSchema, printSchema } from "graphql";
import { root } from "./root";
import { createSchema } from "./schema";

/** The schema as text, in a stable order. */
export const printApi = (): string => `${printSchema(lexicographicSortSchema(createSchema()))}\n`;

if (require.main === module) writeFileSync(path.join(root, "schema.graphql"), printApi());
