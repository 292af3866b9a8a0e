import type { TestApi } from "../support/api";
import { type Listener, listen } from "../support/listen";
import { useApi } from "../support/use-api";

export const VOTE = "mutation ($id: ID!) { upvotePaper(input: { paperId: $id }) { changed paper { upvoteCount } } }";
const UNVOTE = VOTE.replace("upvotePaper", "removePaperUpvote");
export const FEED = `subscription ($period: FeedPeriod) { feedChanged(period: $period) {
  feed { key isFinal } at moved { paperId from to } } }`;

/** An API, and listeners that stop after each test. */
export function useListeners() {
  const t = useApi();
  const listeners: Listener[] = [];
  const hear = (...args: Parameters<typeof listen>) => {
    const listener = listen(...args);
    listeners.push(listener);
    return listener;
  };
  afterEach(async () => {
    await Promise.all(listeners.splice(0).map((listener) => listener.stop()));
    await t.db.reset();
  });
  const idsByTitle = async () => {
    const { nodes } = (await t.api.data("{ papers(first: 100) { nodes { id title } } }")).papers;
    return Object.fromEntries(nodes.map(({ id, title }: { id: string; title: string }) => [title, id]));
  };
  /** Changes the vote each time, so that something happens until it is heard. */
  const flip = (id: string, token: string, at: TestApi = t.api) => {
    let stands = false;
    return async () => {
      stands = !stands;
      await at.data(stands ? VOTE : UNVOTE, { id }, token);
    };
  };
  return { t, hear, idsByTitle, flip };
}

export const today = () => new Date().toISOString().slice(0, 10);
