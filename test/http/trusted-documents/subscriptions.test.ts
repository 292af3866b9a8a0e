import { createClient as createStream } from "graphql-sse";
import { AccessTokenScope } from "../../../src/users/access-token.entity";
import { addressOf, startApi } from "../../support/api";
import { signIn } from "../../support/factories";
import { openAcknowledged } from "../../support/raw-listener";
import { useApi } from "../../support/use-api";
import { createVotes, type Votes } from "../../support/votes";
import { LIST_ID, LISTEN, LISTEN_ID, persisted, trustedDocuments } from "./documents";

const OTHER_LISTEN = "subscription Other($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { at } }";

describe("subscriptions where only trusted documents are served", () => {
  const t = useApi({ trustedDocuments, trustedOnly: true });
  const ends: (() => void)[] = [];
  let votes: Votes;
  let variables: { ids: string[] };
  beforeAll(async () => {
    votes = await createVotes(t.db, t.use(await startApi(t.db)));
    variables = { ids: [votes.paperId] };
  });
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  const hear = async (payload: object, token?: string) => {
    const listener = await openAcknowledged(t.api, token ? { authorization: `Bearer ${token}` } : {});
    ends.push(() => listener.socket.terminate());
    listener.send({ type: "subscribe", id: "1", payload: { ...payload, variables } });
    return listener;
  };

  test.each([
    { documentId: LISTEN_ID },
    { documentId: "0123456789abcdef0123456789abcdef" },
    { query: LISTEN },
    { extensions: persisted("0123456789abcdef0123456789abcdef") },
  ])("a WebSocket subscribes with %j", async (payload) => {
    const { hears } = await hear(payload);
    await votes.until(hears("next", "1"));
  });

  test.each([
    [{ query: OTHER_LISTEN }, "DOCUMENT_NOT_TRUSTED"],
    [{ documentId: "nothing" }, "DOCUMENT_NOT_FOUND"],
    [{ documentId: LIST_ID }, "BAD_USER_INPUT"],
    [{ documentId: LISTEN_ID, query: LISTEN }, "BAD_USER_INPUT"],
  ])("a WebSocket does not with %j", async (payload, code) => {
    const { hears } = await hear(payload);
    expect(await hears("error", "1")).toMatchObject({ payload: [{ extensions: { code } }] });
  });

  test("a developer's WebSocket subscribes with any document", async () => {
    const developer = await signIn(t.db, "dev", [AccessTokenScope.DEVELOP]);
    const { hears } = await hear({ query: OTHER_LISTEN }, developer);
    await votes.until(hears("next", "1"));
  });

  test("a stream of events is one of a trusted document", async () => {
    const url = `http://${addressOf(t.api)}/graphql/stream`;
    const accept = { accept: "text/event-stream" };
    const of = async (search: Record<string, string>) => {
      const abort = new AbortController();
      ends.push(() => abort.abort());
      const answer = await fetch(`${url}?${new URLSearchParams(search)}`, { headers: accept, signal: abort.signal });
      const { value } = await answer.body!.getReader().read();
      return new TextDecoder().decode(value);
    };
    expect(await of({ documentId: LISTEN_ID, variables: JSON.stringify(variables) })).toBe(":\n\n");
    expect(await of({ query: LISTEN, variables: JSON.stringify(variables) })).toBe(":\n\n");
    const client = createStream({ url, retryAttempts: 0 });
    ends.push(client.dispose);
    const first = await client.iterate({ query: OTHER_LISTEN }).next();
    expect(first.value?.errors).toMatchObject([{ extensions: { code: "DOCUMENT_NOT_TRUSTED" } }]);
  });
});
