import { AccessTokenScope } from "../../src/users/access-token.entity";
import type { TestDatabase } from "../support/database";
import { featured, importRecords, signIn, sourceRecord } from "../support/factories";

/** Some papers with everything, and the token of a user who may vote and send more. */
export async function arrange(db: TestDatabase): Promise<string> {
  await importRecords(
    db,
    Array.from({ length: 60 }, (_, i) =>
      sourceRecord({
        arxivId: `2601.${String(i + 1).padStart(5, "0")}`,
        title: `Paper number ${i} on models of ${i % 2 ? "agents" : "deep learning"}`,
        abstract: "The transformer is deep.",
        authors: ["Ada Byron", `Author ${i % 7}`],
        keywords: ["agents", `topic ${i % 5}`],
        organization: { key: `lab${i % 3}`, name: `Lab ${i % 3}` },
        featured: featured(`2026-01-0${1 + (i % 6)}`),
        upvotes: i,
      }),
    ),
  );
  return signIn(db, "fuzzer", Object.values(AccessTokenScope));
}
