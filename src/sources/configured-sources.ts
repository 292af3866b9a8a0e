import type { SourceName, SourceSettings } from "../config/source-settings";
import { huggingFaceDays } from "./huggingface-days";
import type { Source } from "./source-loop";

/** How each source of the settings is read, in their order. */
export function configuredSources(settings: SourceSettings): Source[] {
  const sources: Partial<Record<SourceName, (settings: SourceSettings) => Source>> = {
    huggingface: huggingFaceDays,
  };
  return settings.SOURCES.flatMap((name) => sources[name]?.(settings) ?? []);
}
