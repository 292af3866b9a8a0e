import { type Answer, json } from "./answer";
import type { Listing, World, WorldPaper } from "./world";
import { countsAt, listAt } from "./world";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** Hugging Face's `GET /api/daily_papers?date=D&limit=N&p=N`. */
export function answerDailyPapers(world: World, url: URL, at: number): Answer {
  const day = url.searchParams.get("date") ?? "";
  const [limit, page] = ["limit", "p"].map((name, i) => Number(url.searchParams.get(name) ?? [DEFAULT_LIMIT, 0][i]));
  if (!(limit! >= 1 && limit! <= MAX_LIMIT)) return json(400, { error: `limit must be at most ${MAX_LIMIT}` });
  const list = listAt(world, day, at);
  if (!list) return json(404, { error: `No daily papers for ${day}` });
  const end = (page! + 1) * limit!;
  const items = list.slice(page! * limit!, end).map(({ paper, listing }) => itemOf(world, paper, listing, at));
  const next = new URL(url);
  next.searchParams.set("p", String(page! + 1));
  return json(200, items, end < list.length ? { link: `<${next.href}>; rel="next"` } : {});
}

export function itemOf(world: World, paper: WorldPaper, listing: Listing, at: number): object {
  const counts = countsAt(world, paper, at);
  const { arxivId: id, title, abstract: summary, recorded } = paper;
  return {
    thumbnail: `https://cdn-thumbnails.huggingface.co/social-thumbnails/papers/${id}.png`,
    ...recorded.item,
    title,
    summary,
    numComments: counts.comments,
    paper: {
      publishedAt: new Date(paper.versions[0]!.at).toISOString(),
      githubRepo: `https://github.com/papers/${id}`,
      ...recorded.paper,
      id,
      title,
      summary,
      // It is the day that counts: its list opens after midnight in UTC.
      submittedOnDailyAt: submittedAt(listing),
      upvotes: counts.upvotes,
      githubStars: counts.stars,
    },
  };
}

function submittedAt({ day, from }: Listing): string {
  const time = new Date(from).toISOString();
  return time.startsWith(day) ? time : `${day}T23:59:59.000Z`;
}
