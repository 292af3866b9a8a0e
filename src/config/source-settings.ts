import * as v from "valibot";
import { tryReading } from "../inputs/input-error";
import { readMailAddress } from "../inputs/mail-address";
import { baseUrl, httpUrl } from "./setting-forms";

/** The sources that the worker can read by itself. */
const sourceNames = ["huggingface", "arxiv"] as const;

/** A source's name in settings, commands and tables. */
export type SourceName = (typeof sourceNames)[number];

/** The first day of Hugging Face's daily papers. */
export const FIRST_DAY = "2023-05-04";

const list = v.pipe(
  v.string(),
  v.transform((text) => [...new Set(text.split(",").map((name) => name.trim()))].filter((name) => name !== "")),
  v.array(v.picklist(sourceNames)),
);

const day = v.pipe(v.string(), v.isoDate(), v.check(isCalendarDay), v.minValue(FIRST_DAY));

/** Whether a text like 2026-02-30 is a day. */
function isCalendarDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Settings of the sources that fill the site; see `settings`. */
export const sourceSettings = {
  SOURCES: {
    description:
      "Sources that the worker reads by itself, separated by commas: huggingface (days of papers), arxiv (what it says about each paper). None when not set: then nothing is asked of the internet.",
    default: undefined,
    form: v.optional(list, ""),
    expected: "huggingface or arxiv, or both separated by a comma",
  },
  SOURCES_SINCE: {
    description: "First day that is filled from huggingface; 14 days before the first start when not set.",
    default: undefined,
    form: v.optional(day),
    expected: `a day from ${FIRST_DAY} on, e.g. 2026-05-01`,
  },
  SOURCES_CONTACT: {
    description:
      "Mail address or URL of the operator, sent to sources in the User-Agent, so that they can write instead of blocking; required for arxiv.",
    default: undefined,
    form: v.optional(v.pipe(v.string(), v.check(isContact))),
    expected: "a mail address, or an http or https URL without spaces",
  },
  HUGGINGFACE_URL: {
    description: "Where huggingface is asked, also by `npm run import`: for mirrors.",
    default: "https://huggingface.co",
    form: baseUrl,
    expected: "an http or https URL without user, ? and #",
  },
  ARXIV_API_URL: {
    description: "arXiv's search API, or a mirror.",
    default: "https://export.arxiv.org/api/query",
    form: baseUrl,
    expected: "an http or https URL without user, ? and #",
  },
  ARXIV_OAI_URL: {
    description: "arXiv's OAI-PMH, or a mirror.",
    default: "https://oaipmh.arxiv.org/oai",
    form: baseUrl,
    expected: "an http or https URL without user, ? and #",
  },
} as const;

function isContact(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text) && (v.is(httpUrl, text) || "value" in tryReading(readMailAddress, text));
}

/** What reading sources needs of the settings. */
export type SourceSettings = { [N in keyof typeof sourceSettings]: v.InferOutput<(typeof sourceSettings)[N]["form"]> };
