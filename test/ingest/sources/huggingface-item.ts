import type { SourceRecord } from "../../../src/ingest/source-record";
import { readHuggingFaceItem } from "../../../src/ingest/sources/huggingface.reader";

export const observedAt = new Date("2026-01-01T00:00:00Z");
export const item = (paper: object = {}, outer: object = {}) => ({
  paper: { id: "2409.04828", title: "T", ...paper },
  ...outer,
});
export const read = (value: unknown, day?: string) =>
  readHuggingFaceItem(value, { location: "line 1", day, observedAt });

export function good(value: unknown, day?: string): { record: SourceRecord; notes: string[] } {
  const result = read(value, day);
  if ("rejected" in result) throw new Error(result.rejected.reason);
  return result;
}
