import { parse } from "graphql";
import { createDocumentCache } from "../../../src/http/graphql/document-cache";

describe("the documents that are remembered", () => {
  test("take a bounded part of the memory, however long their comments are", async () => {
    const store = createDocumentCache();
    const comment = "x".repeat(98_000);
    for (let i = 0; i < 220; i++) await store.set(String(i), parse(`#${i}${comment}\n{ __typename }`));
    expect(store.keys().length).toBeGreaterThan(100);
    expect(store.keys().length).toBeLessThan(200);
    expect(await store.get("219")).toBeDefined();
  });
});
