import type { WritableDb } from "../../src/db/database";
import { createLog } from "../../src/log";
import { embedInBackground } from "../../src/meaning/endpoint/embedding.worker";
import { compareInBackground } from "../../src/meaning/meaning.worker";
import { wantedModel } from "../../src/meaning/models.service";
import { VectorIndexes } from "../../src/meaning/vector-indexes";

/** Seconds of waiting would be most of a test's time. */
export const PACE = { idle: 50, first: 100, most: 1000 };
const log = createLog("silent");

/** What a worker does whose settings name a model of an endpoint, or the shipped one if null, until `work` ends. */
export async function workMeanwhile<T>(
  db: WritableDb,
  url: string,
  askedAs: string | null,
  work: () => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const indexes = new VectorIndexes(db, "auto", PACE.idle);
  const endpoint = askedAs === null ? null : { url, model: askedAs, key: undefined };
  const working = [
    compareInBackground(db, indexes, log, stop.signal, wantedModel(askedAs), PACE.idle),
    embedInBackground(db, endpoint, log, stop.signal, PACE),
  ];
  try {
    return await work();
  } finally {
    stop.abort();
    await Promise.all(working);
    await indexes.close();
  }
}
