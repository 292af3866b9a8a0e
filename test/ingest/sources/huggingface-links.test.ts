import { good, item } from "./huggingface-item";

describe("a Hugging Face item", () => {
  test.each([
    ["https://github.com/a/b//", "https://github.com/a/b"],
    ["https://github.com/a/b.git", "https://github.com/a/b"],
    ["https://gitlab.com/a/b/", "https://gitlab.com/a/b"],
    ["http://github.com/a/b/tree/main", "https://github.com/a/b"],
    ["github.com/a/b", "https://github.com/a/b"],
    ["www.github.com/a/b.git", "https://github.com/a/b"],
    ["//github.com/a/b", "https://github.com/a/b"],
    ["owner/my.repo-1", "https://github.com/owner/my.repo-1"],
    ["github:owner/repo", "https://github.com/owner/repo"],
    ["git@github.com:owner/repo.git", "https://github.com/owner/repo"],
    ["ssh://git@github.com:22/owner/repo.git", "https://github.com/owner/repo"],
    ["git+https://github.com/owner/repo.git", "https://github.com/owner/repo"],
    ["git://codeberg.org/owner/repo.git", "https://codeberg.org/owner/repo"],
    ["https://gitlab.com/owner/repo/-/tree/main", "https://gitlab.com/owner/repo"],
    ["git@gitlab.com:group/part/repo.git", "https://gitlab.com/group/part/repo"],
    ["https://gitlab.com/group/part/repo/-/blob/main/a.py#L5", "https://gitlab.com/group/part/repo"],
    ["https://code.example.org/group/repo/-/tree/main?x=1", "https://code.example.org/group/repo"],
    ["https://bitbucket.org/owner/repo/src/main/", "https://bitbucket.org/owner/repo"],
    ["https://huggingface.co/datasets/owner/repo/tree/main", "https://huggingface.co/datasets/owner/repo"],
    ["hf.co/datasets/o/r/tree/main", "https://huggingface.co/datasets/o/r"],
    ["https://hf.co/o/r", "https://huggingface.co/o/r"],
    ["http://www.hf.co/spaces/o/r/blob/main/app.py", "https://huggingface.co/spaces/o/r"],
    ["https://huggingface.co/datasets/o/r/viewer/default/train", "https://huggingface.co/datasets/o/r"],
    ["https://huggingface.co/datasets/squad", "https://huggingface.co/datasets/squad"],
    ["https://huggingface.co/datasets/squad/viewer", "https://huggingface.co/datasets/squad"],
    ["https://huggingface.co/o/r/edit/main/README.md", "https://huggingface.co/o/r"],
    ["https://raw.githubusercontent.com/o/r/main/README.md", "https://github.com/o/r"],
    ["https://codeload.github.com/o/r/zip/refs/heads/main", "https://github.com/o/r"],
    ["github.com/o/r.", "https://github.com/o/r"],
    ["https://github.com/o/r.git.", "https://github.com/o/r"],
    ["https://github.com/o/r...", "https://github.com/o/r"],
    ["https://github.com/o/r./", "https://github.com/o/r"],
    ["o/r.", "https://github.com/o/r"],
    ["https://gitlab.com/g/p/r.", "https://gitlab.com/g/p/r"],
    ["https://github.com/o/my.r", "https://github.com/o/my.r"],
    ["https://github.com/o/topics", "https://github.com/o/topics"],
    ["https://github.com/orgs-of/r", "https://github.com/orgs-of/r"],
    ["https://code.example.org/topics/r/-/tree/main", "https://code.example.org/topics/r"],
    ["https://x.test/src/code?id=5", "https://x.test/src/code?id=5"],
    ["https://owner@bitbucket.org/owner/repo.git", "https://bitbucket.org/owner/repo"],
    ["https://a:b@code.example.org/o/r", "https://code.example.org/o/r"],
    ["https://github.com/o/r,", "https://github.com/o/r"],
    ["https://github.com/o/ \n  r.git", "https://github.com/o/r"],
    ["github.com/\r\no/r", "https://github.com/o/r"],
    ["https://github.com/o/r\u200b", "https://github.com/o/r"],
    ["\ufeffowner/re\u00adpo", "https://github.com/owner/repo"],
    ["https://https://github.com/o/r", "https://github.com/o/r"],
    ["<https://github.com/o/r>", "https://github.com/o/r"],
    ["(github.com/o/r)", "https://github.com/o/r"],
    ["“o/r”", "https://github.com/o/r"],
    ["[code](https://github.com/o/r)", "https://github.com/o/r"],
    [
      "https://bitbucket.org/owner/%7B9970a9b6-2d86-413f-8555-da8e1ac0e542%7D",
      "https://bitbucket.org/owner/%7B9970a9b6-2d86-413f-8555-da8e1ac0e542%7D",
    ],
  ])("the repository %s is %s", (githubRepo, codeUrl) =>
    expect(good(item({ githubRepo })).record.codeUrl).toBe(codeUrl),
  );

  test.each([
    ["www.example.org/p", "https://www.example.org/p"],
    ["example.org", "https://example.org/"],
    ["owner.github.io/page/?a=1", "https://owner.github.io/page/?a=1"],
    ["//example.org:8080/p", "https://example.org:8080/p"],
    ["http://https://example.org/p", "https://example.org/p"],
    ["<https://example.org/p>", "https://example.org/p"],
    ["[our page](example.org/p_(q))", "https://example.org/p_(q)"],
    ["https://example.org/x\u200b", "https://example.org/x"],
    ["https://exam\u00adple.org/x;", "https://example.org/x"],
    ["https://web.archive.org/web/2020/https://example.org/", "https://web.archive.org/web/2020/https://example.org/"],
    ["https://example.org/?to=a,https://example.com", "https://example.org/?to=a,https://example.com"],
  ])("the page %s is %s", (projectPage, projectUrl) => {
    expect(good(item({ projectPage }))).toMatchObject({ record: { projectUrl }, notes: [] });
  });

  test.each([
    "N/A",
    "n/a",
    "-",
    "coming soon",
    "/p",
    "https://",
    "github.com/owner",
    "https://github.com/orgs/o/repositories",
    ..."sponsors topics marketplace features settings apps Orgs users stars collections".split(" ").map((name) => {
      return `github.com/${name}/o/r`;
    }),
    "topics/vision",
    "https://github.com/o/.",
    "https://github.com/o/.git",
    "https://huggingface.co/papers/2409.04828",
    "hf.co/collections/o/r-1",
    "https://gitlab.com/explore/projects",
    "https://codeberg.org/explore/repos",
    "https://bitbucket.org/product/features",
    "https://github.com/o/r, https://github.com/o/s",
    "https://github.com/o/r,https://github.com/o/s",
    "https://x.test/r;//x.test/s",
    "github.com/o/r,github.com/o/s",
    "o/r, o/s",
    "https://github.com/o/r and https://github.com/o/s",
    "https://github.com/o/r (soon)",
    "https://github.com/o/r\nhttps://github.com/o/s",
    "https://github.com/o/r/\nhttps://github.com/o/s",
    "https://github.com/o/r\nsoon",
    "https://github.com/o/r)",
    "[code](https://github.com/o/r), [data](https://github.com/o/s)",
    "(https://github.com/o/r) (https://github.com/o/s)",
    "<>",
    "https://x.test/code\u0000",
    "https://x.test/\ud800",
  ])("%j names no repository", (githubRepo) => {
    const { record, notes } = good(item({ githubRepo }));
    expect(record.codeUrl).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining("githubRepo dropped")]);
  });

  test.each([
    ["2606.00027v2", "2606.00027"],
    ["arXiv:2606.00028", "2606.00028"],
    ["math.GT/0309136", "math/0309136"],
  ])("the id %s is read as upsertPapers reads it: %s", (id, arxivId) => {
    expect(good(item({ id })).record).toMatchObject({ arxivId, url: `https://arxiv.org/abs/${arxivId}` });
  });
});
