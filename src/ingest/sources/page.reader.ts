import { isValid } from "date-fns/isValid";
import { parseISO } from "date-fns/parseISO";
import { ExpectedError } from "../../config/expected-error";
import { preview } from "../../graphql/json";
import { normalizeSpace } from "../normalize";
import type { ImportItem, SourceRecord } from "../source-record";
import { countOf } from "./printed-count";

export interface PageOptions {
  /** The year of dates printed without one; inferred when missing. */
  year?: number;
  /** What the number after a paper's date counts. */
  trailingNumber: "upvotes" | "comments";
}

interface PrintedDate {
  month: number;
  day: number;
  year: number | null;
  /** What follows: a number, or nothing. */
  trailing: string;
}

/** The last lines of a paper: "• 6 authors", "·", "Sep 7, 2024 6". */
interface Footer {
  /** Index of the authors' line. */
  at: number;
  /** Index of the date's line, or of where it should be. */
  dateAt: number;
  /** Index of the line after the footer. */
  end: number;
  /** As printed. */
  authors: string;
  /** Null when the date's line is not a date, or "·" is missing. */
  date: PrintedDate | null;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const AUTHORS = /^\s*•\s*(\S.*?)\s+authors?\s*$/;
const DATE = /^([A-Z][a-z]{2})\s+(\d{1,2})(?:,\s+(\d{4}))?(?:\s+(\S.*))?$/;

/** Reads the text of a Daily Papers page: a header with its day, then title, abstract, authors and date of each paper. */
export function readPage(text: string, options: PageOptions): ImportItem[] {
  const lines = text.split(/\r?\n/);
  const header = lines.findIndex(isDateLine);
  const footers = findFooters(lines);
  // A day below the first paper's authors is that paper's date, not the page's.
  if (header < 0 || footers.length === 0 || header > footers[0]!.at) {
    throw new ExpectedError("This is not a Daily Papers page: it has no day in its header, or no paper below it.");
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

/**
 * A footer ends with its date, so that an error in one paper does not affect the next. It begins with a number of authors: with
 * other words for it only where "·" and a date follow, as an abstract may have a line about authors, too.
 */
function findFooters(lines: string[]): Footer[] {
  return lines.flatMap((line, at) => {
    const authors = AUTHORS.exec(line);
    if (!authors) return [];
    const dotAt = next(lines, at + 1, (each) => each !== "");
    const hasDot = lines[dotAt]?.trim() === "·";
    const dateAt = hasDot ? next(lines, dotAt + 1, (each) => each !== "") : dotAt;
    const dateLine = lines[dateAt] ?? "";
    const date = hasDot || isDateLine(dateLine) ? parseDate(dateLine) : null;
    if (countOf(authors[1]!) === undefined && !(hasDot && date)) return [];
    const end = date ? dateAt + 1 : next(lines, hasDot ? dotAt : at, (each) => each === "");
    return [{ at, dateAt, end, authors: authors[1]!, date: hasDot ? date : null }];
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
  { at, authors, date }: Footer,
  page: { day: string; year: number; trailingNumber: PageOptions["trailingNumber"] },
): ImportItem {
  const body = lines.slice(start, at);
  const titleAt = body.findIndex((line) => line.trim() !== "");
  const location = `line ${start + Math.max(titleAt, 0) + 1}`;
  const reject = (reason: string): ImportItem => ({ rejected: { location, reason } });
  if (titleAt < 0) return reject("There is no title above the authors.");
  const publishedOn = date && toDay({ ...date, year: date.year ?? page.year });
  if (!publishedOn) return reject(`Below "${lines[at]!.trim()}" there must be "·" and a date such as "Sep 7, 2024".`);
  const notes: string[] = [];
  const count = (name: string, printed: string) => {
    const read = countOf(printed);
    if (read === undefined) notes.push(`${name} dropped: ${preview(printed)} is not a number such as 1,234.`);
    return read;
  };
  const midnight = new Date(`${page.day}T00:00:00Z`);
  const record: SourceRecord = {
    location,
    observedAt: midnight,
    title: normalizeSpace(body[titleAt]!),
    abstract: normalizeSpace(body.slice(titleAt + 1).join("\n")) || undefined,
    publishedOn,
    featured: { on: page.day, at: midnight },
    authorCount: count("authorCount", authors),
    [page.trailingNumber]: count(page.trailingNumber, date.trailing || "0"),
  };
  return { record, notes };
}

/** The page omits the current year: it is the one after the latest that it prints. */
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
    trailing: match[4] ?? "",
  };
}

/** Whether a line is a date, with a number or without, and not the beginning of a sentence. */
function isDateLine(line: string): boolean {
  const date = parseDate(line);
  return date !== null && (date.trailing === "" || countOf(date.trailing) !== undefined);
}

function toDay({ year, month, day }: { year: number; month: number; day: number }): string | null {
  const digits = (number: number, length: number) => String(number).padStart(length, "0");
  const text = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  return isValid(parseISO(text)) ? text : null;
}
