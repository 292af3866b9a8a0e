import type { SourceSettings } from "../config/source-settings";
import { huggingFaceDays } from "./huggingface-days";
import { SourceKind } from "./source-kind";
import type { Source } from "./source-loop";

/** How each source of the settings is read, in their order. */
export function configuredSources(settings: SourceSettings): Source[] {
  const sources: Partial<Record<SourceKind, (settings: SourceSettings) => Source>> = {
    [SourceKind.HUGGINGFACE]: huggingFaceDays,
  };
  return settings.SOURCES.flatMap((name) => sources[name]?.(settings) ?? []);
}
