import { millisecondsInDay } from "date-fns/constants";
import { type Sql, sql } from "../db/sql";
import { defaultModel, defaultModelName } from "./default-model";
import { scaleOf } from "./index/vector-block";
import type { Meaning } from "./model";

/** SQL for the name of the model whose vectors are compared: of all that are kept one serves. */
export function servingModel(): Sql {
  return sql`coalesce((select s.model from meaning_models s where s.is_serving), ${defaultModelName()}::text)`;
}

/** What is decided once by the vectors of a feed's papers waits for these no longer than this, in ms. */
export const VECTORS_WAIT_MS = millisecondsInDay;

/** SQL condition: a paper has no vector of that model yet. One that will have none has an empty one. */
export function awaitsVector(paperId: Sql): Sql {
  return sql`not exists (select from paper_vectors v where v.paper_id = ${paperId} and v.model = ${servingModel()})`;
}

/** SQL condition: vectors of the shipped model are kept, as it serves, or is to. */
export function keepsDefaultModel(): Sql {
  return sql`(
    not exists (select from meaning_models) or exists (select from meaning_models m where m.model = ${defaultModelName()})
  )`;
}

/** The vector of a paper to the shipped model, as it is stored: empty when the model knows none of its words. */
export function embedPaper(title: string, abstract: string | null | undefined): Buffer {
  return toBytes(defaultModel().embed(title, abstract ?? undefined));
}

/** A meaning as it is stored. */
export function toBytes(meaning: Meaning | null): Buffer {
  if (!meaning) return Buffer.alloc(0);
  const { buffer, byteOffset, length } = meaning.values;
  return Buffer.from(buffer, byteOffset, length);
}

/** A stored vector; null if it is empty. */
export function readVector(bytes: Buffer): Meaning | null {
  if (bytes.length === 0) return null;
  const values = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return { values, scale: scaleOf(values) };
}
