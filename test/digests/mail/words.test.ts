import { clip, firstSentences } from "../../../src/digests/mail/excerpt";
import { authorsInWords } from "../../../src/digests/mail/words";
import { periodInWords } from "../../../src/feeds/period-in-words";

describe("words", () => {
  test.each([
    ["2026-10-07", "Wednesday, 7 October 2026"],
    ["2026-10-08 2026-10-09", "8–9 October 2026"],
    ["2026-10-08 2026-10-09 2026-10-12", "8–9 October 2026 and 12 October 2026"],
    ["2026-12-31 2027-01-01", "31 December 2026 – 1 January 2027"],
    ["2026-W41", "Week 41, 5–11 October 2026"],
    ["2026-W40", "Week 40, 28 September – 4 October 2026"],
    ["2026-W53", "Week 53, 28 December 2026 – 3 January 2027"],
    ["2026-W40 2026-W41", "Weeks 40 and 41, 28 September – 11 October 2026"],
    ["2026-10", "October 2026"],
    ["2026-12 2027-01", "December 2026 and January 2027"],
    ["soon", "soon"],
  ])("the feeds %s are %s", (keys, words) => expect(periodInWords(keys.split(" "))).toBe(words));

  test.each([
    [[], 0, ""],
    [[], 1, "1 author"],
    [[], 14, "14 authors"],
    [["A"], 1, "A"],
    [["A", "B"], 2, "A and B"],
    [["A", "B", "C"], 3, "A, B and C"],
    [["A", "B", "C"], 7, "A, B, C and 4 more"],
    [["A", "B", "C", "D"], 4, "A, B, C and 1 more"],
    [["A"], 2, "A and 1 more"],
    [["A", "B"], 1, "A and B"],
  ])("the authors %j of %d are %j", (authors, authorCount, words) =>
    expect(authorsInWords({ authors, authorCount })).toBe(words),
  );

  test("an excerpt ends with a sentence, where sentences are short enough", () => {
    expect(firstSentences("One. Two? Three! Four.", 15)).toBe("One. Two?");
    expect(firstSentences("One. Two?", 15)).toBe("One. Two?");
    expect(firstSentences("It gains 3.5 points. And more of it.", 25)).toBe("It gains 3.5 points.");
    expect(firstSentences("", 15)).toBe("");
  });

  test("an excerpt of a long sentence ends between words with an ellipsis", () => {
    expect(firstSentences("A sentence that goes on, and on, and on.", 26)).toBe("A sentence that goes on…");
    expect(firstSentences("Yes. A sentence that goes on and on and on.", 20)).toBe("Yes. A sentence…");
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])("nothing is cut inside a character, at %d", (length) => {
    const family = "\u{1f469}\u200d\u{1f469}\u200d\u{1f467}";
    const cut = clip(`${family}\u{1f600}e\u0301\u{1f600}abc`, length);
    expect(cut.length).toBeLessThanOrEqual(length);
    expect(["…", `${family}…`, `${family}\u{1f600}…`]).toContain(cut);
  });
});
