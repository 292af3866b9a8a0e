import { createReadStream, existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { createRandom } from "../../fuzz/random";
import { sharedData } from "../shared-data";
import type { WorldPaper } from "./world";

/** What a paper says, whenever it is listed. */
export type PaperBody = Pick<WorldPaper, "arxivId" | "title" | "abstract" | "authors" | "recorded"> &
  WorldPaper["most"];

/** The first recorded papers, in the source's own words; none where the large files are missing. */
export async function readRecordedBodies(count: number): Promise<PaperBody[]> {
  if (count === 0 || !existsSync(sharedData.items)) return [];
  const file = createReadStream(sharedData.items);
  const bodies = new Map<string, PaperBody>();
  for await (const line of createInterface({ input: file.pipe(createGunzip()) })) {
    const body = bodyOf(JSON.parse(line));
    bodies.set(body.arxivId, body);
    if (bodies.size === count) break;
  }
  file.destroy();
  return [...bodies.values()];
}

interface RecordedItem {
  paper: { id: string; title: string; summary?: string; authors: { name: string }[] } & Record<string, unknown>;
  numComments?: number;
  /** What the recording adds. */
  _date?: unknown;
  _pos?: unknown;
  _snapshotAt?: unknown;
}

function bodyOf({ paper, numComments, _date, _pos, _snapshotAt, ...item }: RecordedItem): PaperBody {
  const { id, title, summary, authors, upvotes, githubStars, submittedOnDailyAt: _, ...others } = paper;
  return {
    arxivId: id,
    title,
    abstract: summary ?? "",
    authors: authors.map(({ name }) => name),
    recorded: { item, paper: { ...others, authors } },
    upvotes: Number(upvotes ?? 0),
    comments: numComments ?? 0,
    stars: Number(githubStars ?? 0),
  };
}

const WORDS = "graph sparse agent latent causal neural video speech robust protein policy token sound proof".split(" ");
const NAMES = "Ada Bea Cem Dan Eva Fay Gil Hua Ida Jun Kim Lea Mia Nao".split(" ");

/** The recorded papers, and then made ones without end. */
export function* paperBodies(seed: number, recorded: PaperBody[]): Generator<PaperBody, never> {
  yield* recorded;
  const random = createRandom(seed);
  for (let serial = 1; ; serial++) {
    const words = Array.from({ length: 4 }, () => random.pick(WORDS));
    const authors = Array.from(
      { length: random.int(1, 5) },
      (_, i) => `${random.pick(NAMES)} ${NAMES[i]}-${serial % 50}`,
    );
    // Speaking of withdrawal is not being withdrawn.
    const more = serial % 25 === 8 ? " The benchmark that we extend was withdrawn by its authors." : "";
    yield {
      arxivId: `2502.${String(serial).padStart(5, "0")}`,
      title: `${words.join(" ")} no. ${serial}: a < b & "c" for $x^2$`,
      abstract: `We study ${words.join(", ")} in ${serial} ways.${more}`,
      authors,
      recorded: { paper: { authors: authors.map((name, i) => ({ name, hidden: serial % 6 === 0 && i === 0 })) } },
      upvotes: random.int(0, 80),
      comments: random.int(0, 9),
      stars: random.int(0, 400),
    };
  }
}
