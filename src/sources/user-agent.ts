import type { SourceSettings } from "../config/source-settings";

/** What sources are told of who asks. */
export function userAgent({ SOURCES_CONTACT: contact }: SourceSettings): string {
  return contact ? `daily-papers-api (${contact})` : "daily-papers-api";
}
