import { citationKey } from "../../src/citations/citation-key";
import { readCitedName } from "../../src/citations/names";

test.each([
  ["POINTS: Improving Your Model", "Yuan Liu", "2024-09-07", "liu2024points"],
  ["On the Use of a Model", "Wil van der Aalst", "2008-01-01", "vanderaalst2008use"],
  ["$\\pi_0$: A Vision-Language-Action Flow Model", "Kevin Black", "2024-10-31", "black2024vision"],
  ["Łódź Ångström", "Łukasz Müller-Straße", "2020-01-01", "mullerstrasse2020lodz"],
  ["3D Scenes", "o3 contributors", "2025-01-01", "o3contributors20253d"],
  ["2025 in Review", "王小明", "2025-01-01", "2025review"],
  ["It Is What It Is", undefined, null, "paper"],
])("%s by %s", (title, name, publishedOn, key) => {
  const date = publishedOn?.split("-").map(Number) ?? [];
  expect(citationKey(title, name === undefined ? undefined : readCitedName(name), date)).toBe(key);
});
