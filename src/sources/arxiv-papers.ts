import { millisecondsInDay } from "date-fns/constants";
import type { SourceSettings } from "../config/source-settings";
import { importItems } from "../ingest/importer";
import type { ImportItem } from "../ingest/source-record";
import { type AtomAnswer, askAtom, askRaw, MAX_IDS } from "../ingest/sources/arxiv.client";
import type { Finished, Task } from "../tasks/task-queue";
import { askForVersions, planPapers } from "./paper-plan.service";
import { answerOf } from "./source-failure";
import type { Reading, Source, TaskKind, Work } from "./source-loop";

const TIMEOUT_MS = 60_000;
/** arXiv allows one request in three seconds; clocks and networks are not exact. */
const SPACING_MS = 3100;
/** Papers whose versions are read, one request each, before they are merged together. */
const VERSIONS_BATCH = 40;
/** Attempts before fewer papers are asked for at once. */
const PATIENCE = 3;
/** From one reading of a paper to the next: after 1, 7, 30 and 90 days, then every 90 days. */
const DISTANCES = [1, 6, 23, 60, 90];

type Papers = Pick<AtomAnswer, "items" | "currents">;

/** How arXiv's papers are read: what it says of each, a hundred at a time, then all versions of each, one by one. */
export function arxivPapers(settings: SourceSettings): Source {
  const plan: TaskKind = {
    kind: "plan",
    batch: 1,
    lanes: ["first"],
    read: async ([task], { db, now }) => {
      const next = await planPapers(db, task!, now);
      return { finished: [{ key: "", readAt: null, ...next }] };
    },
  };
  const paper: TaskKind = {
    kind: "paper",
    batch: MAX_IDS,
    lanes: ["first", "again"],
    read: (tasks, work) => readPapers(tasks, work, settings),
  };
  const versions: TaskKind = {
    kind: "versions",
    batch: VERSIONS_BATCH,
    lanes: ["first", "again"],
    read: (tasks, work) => readVersions(tasks, work, settings),
  };
  return {
    source: "arxiv",
    pace: { spacingMs: SPACING_MS, lostAfterMs: TIMEOUT_MS + 30_000 },
    kinds: [plan, paper, versions],
  };
}

/** Papers that arXiv does not know, and ids that it refuses, count as read, too. */
async function readPapers(leased: Task[], work: Work, settings: SourceSettings): Promise<Reading> {
  // A paper that makes every answer unreadable is found by halves.
  const halvings = Math.max(0, ...leased.map(({ attempts }) => attempts - PATIENCE));
  const tasks = leased.slice(0, Math.max(1, MAX_IDS >> Math.min(halvings, 7)));
  const left = leased.slice(tasks.length);
  const answer = await askForPapers(tasks, work, settings).catch((failure: unknown) => ({ failure }));
  if ("failure" in answer) return { finished: [], left, failure: answer.failure };
  const { items, currents } = answer;
  const report = await merge(items, work);
  const changed = tasks.filter(({ key, seen }) => seen !== null && currents.has(key) && currents.get(key) !== seen);
  await askForVersions(
    work.db,
    changed.map(({ key }) => key),
    work.now,
  );
  const finished = tasks.map((task) => ({ ...read(task, work), seen: currents.get(task.key) ?? null }));
  return { finished, left, ...report };
}

/** Ids that arXiv refuses as malformed are left out, and the rest is asked for again. */
async function askForPapers(tasks: Task[], work: Work, settings: SourceSettings): Promise<Papers> {
  const { clock, signal } = work;
  const options = { ...requestOptions(work, settings), apiUrl: settings.ARXIV_API_URL };
  let ids = tasks.map(({ key }) => key);
  while (ids.length > 0) {
    const ask = async () => answerOf(await askAtom({ ...options, ids, now: await clock.now() }), signal);
    const answer = await work.request(ask);
    if (answer.refused.length === 0) return answer;
    ids = ids.filter((id) => !answer.refused.includes(id));
  }
  return { items: [], currents: new Map() };
}

/**
 * Merges what it has read even if it cannot read the rest. Only the paper whose answer failed is held back: one that arXiv can
 * never tell of would else keep those behind it from being read.
 */
async function readVersions(tasks: Task[], work: Work, settings: SourceSettings): Promise<Reading> {
  const options = { ...requestOptions(work, settings), oaiUrl: settings.ARXIV_OAI_URL };
  const items: ImportItem[] = [];
  const finished: Finished[] = [];
  let failure: unknown;
  let left: Task[] = [];
  for (const [i, task] of tasks.entries()) {
    try {
      const answer = await work.request(async () =>
        answerOf(await askRaw({ ...options, id: task.key, now: await work.clock.now() }), work.signal),
      );
      if ("item" in answer) items.push(at(task.key, answer.item));
      // Of one that is known, only a new version tells something new.
      finished.push({ ...read(task, work), ...("item" in answer && { dueAt: null }) });
    } catch (error) {
      failure = error;
      left = tasks.slice(i + 1);
      break;
    }
  }
  return { finished, left, failure, ...(await merge(items, work)) };
}

/** Locations are unique within what is merged together. */
function at(location: string, item: ImportItem): ImportItem {
  if ("record" in item) return { ...item, record: { ...item.record, location } };
  return { rejected: { ...item.rejected, location } };
}

function requestOptions({ signal }: Work, { SOURCES_CONTACT: contact }: SourceSettings) {
  // Required with this source.
  return { contact: contact!, timeoutMs: TIMEOUT_MS, signal };
}

/** That a paper was read, and is to be read again, at growing distances. */
function read({ key, successes }: Task, { now }: Work): Finished {
  const days = DISTANCES[Math.min(successes, DISTANCES.length - 1)]!;
  return { key, readAt: now, dueAt: new Date(now.getTime() + days * millisecondsInDay) };
}

async function merge(items: readonly ImportItem[], { db }: Work): Promise<Pick<Reading, "papers" | "report">> {
  if (items.length === 0) return { papers: 0 };
  const { read, ...report } = await importItems(db, items, { batchSize: 4 * items.length });
  return { papers: read - report.rejected, report };
}
