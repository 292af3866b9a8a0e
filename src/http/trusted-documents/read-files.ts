import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import * as v from "valibot";
import { ExpectedError } from "../../config/expected-error";
import { isObject } from "../../graphql/json";

/** A document as a client's tool wrote it down. */
export interface TrustedText {
  /** By which the client asks for it. */
  id: string;
  text: string;
  file: string;
}

/** What Apollo's generate-persisted-query-manifest writes. */
const manifest = v.object({
  format: v.literal("apollo-persisted-query-manifest"),
  version: v.literal(1),
  operations: v.array(v.object({ id: v.string(), body: v.string() })),
});
/** Texts by their ids: what Relay (persistConfig) and GraphQL Code Generator (persistedDocuments) write. */
const entries = v.pipe(
  v.custom<Record<string, unknown>>(isObject),
  // Not v.record, which leaves out names such as "constructor".
  v.transform((texts) => Object.entries(texts)),
  v.array(v.tuple([v.string(), v.string()])),
);

/** The documents of a file, or of a folder's .json files. Throws ExpectedError that says what cannot be read. */
export function readTrustedDocuments(fileOrFolder: string): TrustedText[] {
  const texts = filesOf(fileOrFolder).flatMap(readFile);
  if (texts.length > 0) return texts;
  throw problem(`${fileOrFolder} has no documents; the clients' tools write them when the clients are built.`);
}

function filesOf(fileOrFolder: string): string[] {
  try {
    if (!statSync(fileOrFolder).isDirectory()) return [fileOrFolder];
    const names = readdirSync(fileOrFolder).filter((name) => name.endsWith(".json"));
    return names.sort().map((name) => path.join(fileOrFolder, name));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT") throw problem(`${fileOrFolder} cannot be read: ${message}.`);
    throw problem(`there is no ${fileOrFolder}: make the folder, and copy into it what the clients' tools write.`);
  }
}

function readFile(file: string): TrustedText[] {
  const content = parseFile(file);
  const documents = v.safeParse(manifest, content);
  if (documents.success) return documents.output.operations.map(({ id, body }) => ({ id, text: body, file }));
  const texts = v.safeParse(entries, content);
  if (texts.success) return texts.output.map(([id, text]) => ({ id, text, file }));
  throw problem(
    `${file} is neither an object of texts by their ids, as Relay and GraphQL Code Generator write it, nor an operation manifest of Apollo of version 1.`,
  );
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw problem(`${file} cannot be read as JSON: ${(error as Error).message}`);
  }
}

function problem(message: string): ExpectedError {
  return new ExpectedError(`TRUSTED_DOCUMENTS: ${message}`);
}
