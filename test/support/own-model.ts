import type { TestDatabase } from "./database";
import { workMeanwhile } from "./embedding-workers";
import { type Embeddings, openEmbeddings } from "./embeddings";
import { until } from "./until";

/** A database of which a model of one's own serves, before each test; new papers have no vector until the test has them embedded. */
export function useOwnModel(t: { readonly db: TestDatabase }) {
  let server: Embeddings;
  beforeAll(async () => {
    server = await openEmbeddings({ own: 64 });
  });
  afterAll(() => server.close());
  const isSo = (condition: string) => async () => (await t.db.run(`select where ${condition}`)).length > 0;
  const workUntil = (condition: string) => workMeanwhile(t.db, server.url, "own", () => until(isSo(condition)));
  beforeEach(() => workUntil("exists (select from meaning_models where asked_as = 'own' and is_serving)"));
  return { embed: () => workUntil("not exists (select from embedding_backlog)") };
}
