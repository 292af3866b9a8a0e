import { ExpectedError } from "../expected-error";
import { collapse } from "./fold";
import type { ImportItem, PaperLook } from "./look";

export interface PageOptions {
  /** The year of dates that are printed without one; inferred when missing. */
  year?: number;
  /** What the number after a paper's date counts. */
  trailingNumber: "upvotes" | "comments";
}

interface PrintedDate {
  month: number;
  day: number;
  year: number | null;
  trailing: number;
}

/** The lines that end a paper: "• 6 authors", "·", "Sep 7, 2024 6". */
interface Footer {
  /** Index of the authors' line. */
  at: number;
  /** Index of the date's line, or of where it should be. */
  dateAt: number;
  /** Index of the line after the footer. */
  end: number;
  authorCount: number;
  /** Null when the date's line is none, or "·" is missing. */
  date: PrintedDate | null;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const AUTHORS = /^\s*•\s*(\d+)\s+authors?\s*$/;
const DATE = /^([A-Z][a-z]{2}) (\d{1,2})(?:, (\d{4}))?(?:\s+(\d+))?$/;

/** Reads the text of a Daily Papers page: a header with its day, then per paper title, abstract, authors, date. */
export function readPage(text: string, options: PageOptions): ImportItem[] {
  const lines = text.split(/\r?\n/);
  const header = lines.findIndex((line) => parseDate(line) !== null);
  const footers = findFooters(lines);
  // Below the first paper's authors a day is that paper's date, not the page's.
  if (header < 0 || footers.length === 0 || header > footers[0]!.at) {
    throw new ExpectedError("This is no Daily Papers page: it has no day in its header, or no paper below it.");
  }
  const pageDate = parseDate(lines[header]!)!;
  const year = options.year ?? inferYear(pageDate, footers);
  const day = toDay({ ...pageDate, year: pageDate.year ?? year });
  if (!day) throw new ExpectedError(`The page's day "${lines[header]!.trim()}" is not in the calendar of ${year}.`);
  return footers.map((footer, i) => {
    const start = i === 0 ? header + 1 : footers[i - 1]!.end;
    return readPaper(lines, start, footer, { day, year, trailingNumber: options.trailingNumber });
  });
}

/** A footer ends with its date, so that what is wrong with one paper does not run into the next. */
function findFooters(lines: string[]): Footer[] {
  return lines.flatMap((line, at) => {
    const authors = AUTHORS.exec(line);
    if (!authors) return [];
    const dotAt = next(lines, at + 1, (each) => each !== "");
    const hasDot = lines[dotAt]?.trim() === "·";
    const dateAt = hasDot ? next(lines, dotAt + 1, (each) => each !== "") : dotAt;
    const date = parseDate(lines[dateAt] ?? "");
    const end = date ? dateAt + 1 : next(lines, hasDot ? dotAt : at, (each) => each === "");
    return [{ at, dateAt, end, authorCount: Number(authors[1]), date: hasDot ? date : null }];
  });
}

/** Index of the next trimmed line that `matches`; the number of lines when there is none. */
function next(lines: string[], from: number, matches: (line: string) => boolean): number {
  let at = from;
  while (at < lines.length && !matches(lines[at]!.trim())) at++;
  return at;
}

function readPaper(
  lines: string[],
  start: number,
  { at, authorCount, date }: Footer,
  page: { day: string; year: number; trailingNumber: PageOptions["trailingNumber"] },
): ImportItem {
  const body = lines.slice(start, at);
  const titleAt = body.findIndex((line) => line.trim() !== "");
  const place = `line ${start + Math.max(titleAt, 0) + 1}`;
  const reject = (reason: string): ImportItem => ({ rejected: { place, reason } });
  if (titleAt < 0) return reject("There is no title above the authors.");
  const publishedOn = date && toDay({ ...date, year: date.year ?? page.year });
  if (!publishedOn) return reject(`Below "${lines[at]!.trim()}" there must be "·" and a date such as "Sep 7, 2024".`);
  const midnight = new Date(`${page.day}T00:00:00Z`);
  const look: PaperLook = {
    place,
    seenAt: midnight,
    title: collapse(body[titleAt]!),
    abstract: collapse(body.slice(titleAt + 1).join("\n")) || undefined,
    publishedOn,
    featured: { on: page.day, at: midnight },
    authorCount,
    [page.trailingNumber]: date.trailing,
  };
  return { look, notes: [] };
}

/** The page leaves out the current year: it is the one after the latest that it prints. */
function inferYear(pageDate: PrintedDate, footers: Footer[]): number {
  if (pageDate.year) return pageDate.year;
  const printed = footers.flatMap(({ date }) => date?.year ?? []);
  const later = footers.find(({ date }) => date?.year === null && order(date) > order(pageDate));
  if (printed.length === 0) {
    throw new ExpectedError("No date on the page prints a year, so its year cannot be inferred: pass --year.");
  }
  if (later) {
    throw new ExpectedError(
      `The page's year cannot be inferred: line ${later.dateAt + 1} is a date without a year after the page's own day. Pass --year.`,
    );
  }
  return Math.max(...printed) + 1;
}

const order = ({ month, day }: PrintedDate) => month * 100 + day;

function parseDate(line: string): PrintedDate | null {
  const match = DATE.exec(line.trim());
  const month = MONTHS.indexOf(match?.[1] ?? "") + 1;
  if (!match || month === 0) return null;
  return {
    month,
    day: Number(match[2]),
    year: match[3] ? Number(match[3]) : null,
    trailing: Number(match[4] ?? 0),
  };
}

function toDay({ year, month, day }: { year: number; month: number; day: number }): string | null {
  const date = new Date(0);
  // Date.UTC takes the years 0 to 99 for those of a century ago.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
}
