import type { FieldValues } from "./fields";

/** The sources whose lists of a day are read whole. */
export type ListSource = "huggingface";

/** What one source says of one paper at one time. A missing field means that the source does not know. */
export interface SourceRecord extends FieldValues {
  /** Whose word it is; missing for a listing such as Hugging Face's. It decides which of two values stays. */
  source?: "arxiv" | "editor";
  /** The item's location in its input, for reports: "line 12", "item 3", "2025-11-05 item 3". Unique within the input. */
  location: string;
  /** When the source was read. Only a newer record replaces counts. */
  observedAt: Date;
  arxivId?: string;
  title: string;
  keywords?: string[];
  /**
   * The feed day (YYYY-MM-DD) and the time at which the source featured the paper; `listedBy` if that was read from the
   * source's own list of the day, where the paper may be missing later: see `mergeListing`.
   */
  featured?: { on: string; at: Date; listedBy?: ListSource };
  /** Names as printed, in order; missing when only a count is known. */
  authors?: string[];
  /** The source's number of authors, named or not. */
  authorCount?: number;
  organization?: { key: string; name: string; logoUrl?: string };
  /** arXiv's categories, e.g. cs.CL, the primary one first, without repetition. */
  categories?: string[];
  /** All versions, oldest first. */
  versions?: { number: number; submittedAt: Date }[];
  /** Null: known not to be withdrawn. */
  withdrawnAt?: Date | null;
  /** The user who sent it; stored only with a new paper. */
  submitterId?: number;
}

/** One item of an input: a record, or the reason for its rejection. Notes say what was dropped from a valid item. */
export type ImportItem = { record: SourceRecord; notes: string[] } | { rejected: { location: string; reason: string } };
