import type { SourceName, SourceSettings } from "../config/source-settings";
import { arxivPapers } from "./arxiv-papers";
import { huggingFaceDays } from "./huggingface-days";
import type { Source } from "./source-loop";

const all: Record<SourceName, (settings: SourceSettings) => Source> = {
  huggingface: huggingFaceDays,
  arxiv: arxivPapers,
};

/** How each source of the settings is read, in their order. */
export function configuredSources(settings: SourceSettings): Source[] {
  return settings.SOURCES.map((name) => all[name](settings));
}
