import type { SourceSettings } from "../config/source-settings";
import { isObject } from "../graphql/json";
import { dayOf } from "../ingest/sources/day";
import { fetchDay, type Paging, UnreadableList } from "../ingest/sources/huggingface.list";
import { readHuggingFaceItem } from "../ingest/sources/huggingface.reader";
import { askPage } from "../ingest/sources/huggingface.request";
import type { Task } from "../tasks/task-queue";
import { importDay } from "./day-import.service";
import { planDays } from "./day-plan.service";
import { closesAt, nextReading } from "./day-schedule";
import { answerOf, SourceFailure } from "./source-failure";
import type { Reading, Source, TaskKind, Work } from "./source-loop";
import { userAgent } from "./user-agent";

const source = "huggingface";
const TIMEOUT_MS = 30_000;
/** What an empty list is remembered by. */
const NOTHING = "0";

/** How Hugging Face's days are read. */
export function huggingFaceDays(settings: SourceSettings): Source {
  const paging: Paging = { longest: 0, hasLinks: false };
  const day: TaskKind = {
    kind: "day",
    batch: 1,
    // An open day is asked for on time, however many days there are to fill.
    lanes: ["again", "first"],
    read: ([task], work) => readDay(task!, work, settings, paging),
  };
  const plan: TaskKind = {
    kind: "plan",
    batch: 1,
    lanes: ["first"],
    read: async (_, { db, now }) => {
      const dueAt = await planDays(db, settings.SOURCES_SINCE ?? null, now);
      return { finished: [{ key: "", dueAt, readAt: null }] };
    },
  };
  // One request a second leaves room for imports by hand: the source allows 500 in five minutes.
  return { source, pace: { spacingMs: 1000, lostAfterMs: 2 * TIMEOUT_MS }, kinds: [plan, day] };
}

/** Reads a day's whole list, and merges it: nothing of a list that breaks off in the middle. */
async function readDay(
  { key: day, seen }: Task,
  work: Work,
  settings: SourceSettings,
  paging: Paging,
): Promise<Reading> {
  const { db, clock, signal, now: readAt } = work;
  const options = { timeoutMs: TIMEOUT_MS, signal, userAgent: userAgent(settings) };
  const values = await fetchDay(day, {
    baseUrl: settings.HUGGINGFACE_URL,
    paging,
    ask: (page) => work.request(async () => answerOf(await askPage(page, options), signal)),
  }).catch((error) => {
    throw error instanceof UnreadableList ? new SourceFailure("failed", { problem: error.message }) : error;
  });
  const observedAt = await clock.now();
  const items = values.map((value, i) => {
    const location = `${day} item ${i + 1}`;
    // A final day would keep it.
    if (isOfOtherDay(value, day))
      return { rejected: { location, reason: "It says that it is on another day's list." } };
    return readHuggingFaceItem(value, { location, day, observedAt });
  });
  // A source that has lost its list for a moment does not empty the day.
  const isBelieved = items.length > 0 || seen === NOTHING;
  const report = await importDay(db, { day, items, observedAt, isBelieved });
  if (report.read > 0 && report.rejected === report.read) {
    throw new SourceFailure("failed", { problem: "none of the papers that the source lists can be read" });
  }
  const isComplete = readAt >= closesAt(day);
  const finished = [{ key: day, dueAt: nextReading(day, readAt), readAt, isComplete, seen: String(items.length) }];
  const { read, ...counts } = report;
  return { finished, papers: read - report.rejected, report: counts };
}

/** Whether an item names another day than that of the list in which it stands, as when a cache has mixed up two lists. */
function isOfOtherDay(value: unknown, day: string): boolean {
  const paper = isObject(value) ? value.paper : undefined;
  const submittedAt = isObject(paper) ? paper.submittedOnDailyAt : undefined;
  const own = typeof submittedAt === "string" ? dayOf(submittedAt) : undefined;
  return own !== undefined && own !== day;
}
