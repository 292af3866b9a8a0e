import { settings } from "../support/digests";
import { THEN, threePapers, useFeeds } from "./use-feeds";

describe("a feed as Markdown", () => {
  const t = useFeeds();
  beforeAll(() => t.add(threePapers, THEN));

  test("has a heading for each paper, then authors, text and links", async () => {
    const answer = await t.get("/feeds/day.md");
    expect(answer.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(await answer.text()).toBe(`# ${settings.siteName}: papers of the day

The papers that readers upvoted most in a day, as soon as their ranks are settled.

## 1. [Agents & \\<tools\\>](<https://arxiv.org/abs/2605.00001>)

Ada Lovelace, Alan Turing

We use $x < y$ & more.

[PDF](<https://arxiv.org/pdf/2605.00001>) · [Code](<https://github.com/a/b>) · cs.CL, stat.ML, agents

## 2. Second of the twelfth

14 authors
`);
  });

  test("takes the filter, and may be empty", async () => {
    expect(await t.text("/feeds/new.md?hasCode=false&minUpvotes=4")).toContain("## 1. Second of the twelfth\n");
    expect(await t.text("/feeds/search.md?q=nothing")).toMatch(/^# .*: papers on nothing\n\n[^#]*$/);
  });

  test("lists a period's papers in one entry", async () => {
    expect(await t.text("/feeds/day.md?per=period")).toContain(
      "\n\n1\\. Agents & \\<tools\\> https://arxiv.org/abs/2605.00001\n\n2\\. Second of the twelfth\n",
    );
  });
});
