import { defaultLimits } from "../../../src/config/limits";
import { startApi, type TestApi } from "../../support/api";
import { openAcknowledged, openListener, type RawListener } from "../../support/raw-listener";
import { useApi } from "../../support/use-api";
import { createVotes, type Votes } from "../../support/votes";

export const UPVOTES = "subscription ($ids: [ID!]!) { paperUpvotesChanged(paperIds: $ids) { upvoteCount } }";
export const FEATURED = "subscription Featured { paperFeatured { rank } }";

/** An API, and sockets and other APIs that are closed after each test. */
export function useSockets() {
  const t = useApi();
  let votes: Votes;
  const sockets: RawListener[] = [];
  const others: TestApi[] = [];
  beforeAll(async () => {
    votes = await createVotes(t.db, t.api);
  });
  afterEach(async () => {
    for (const { socket } of sockets.splice(0)) socket.terminate();
    await Promise.all(others.splice(0).map((each) => each.close()));
  });

  const open = async (...args: Parameters<typeof openListener>) => kept(await openListener(...args));
  const join = async (...args: Parameters<typeof openAcknowledged>) => kept(await openAcknowledged(...args));
  const kept = (listener: RawListener) => {
    sockets.push(listener);
    return listener;
  };
  const startWith = async (limits: Partial<typeof defaultLimits>, options: Parameters<typeof startApi>[1] = {}) => {
    const other = await startApi(t.db, { limits: { ...defaultLimits, ...limits }, ...options });
    others.push(other);
    return other;
  };
  const subscribe = (listener: RawListener, name: string, payload: object) =>
    listener.send({ type: "subscribe", id: name, payload });
  return { t, votes: () => votes, open, join, startWith, subscribe };
}
