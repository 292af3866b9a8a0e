import { parseArxivId } from "../../src/papers/arxiv-reference";

describe("references to arXiv's papers", () => {
  test.each([
    "https://arxiv.org/bibtex/2409.04828",
    "https://arxiv.org/tex/2409.04828",
    "https://arxiv.org/dvi/2409.04828v2",
    "https://arxiv.org/other/2409.04828",
    "https://arxiv.org/refs/2409.04828",
    "https://export.arxiv.org/cits/2409.04828",
    "https://arxiv.org/show-email/2409.04828",
  ])("any page of arXiv whose path ends with the id is the paper's: %s", (text) =>
    expect(parseArxivId(text)).toBe("2409.04828"),
  );

  test.each([
    "info:doi/10.48550/arXiv.2409.04828",
    "urn:doi:10.48550/arXiv.2409.04828",
    "https://dx.doi.org/doi:10.48550/arXiv.2409.04828",
    "[doi] 10.48550/arXiv.2409.04828",
    "Available from: doi.org/10.48550/arXiv.2409.04828",
    "info:arxiv/2409.04828",
  ])("arXiv's DOI is read in each form that other DOIs are: %s", (text) =>
    expect(parseArxivId(text)).toBe("2409.04828"),
  );

  test.each([
    "https://https://arxiv.org/abs/2409.04828",
    "http://https://arxiv.org/abs/2409.04828v1",
    "https:arxiv.org/abs/2409.04828",
    "2409.04828v1 (1).pdf",
    "2409.04828(2).pdf",
    "arXiv:2409.04828, September 7, 2024",
    "arXiv:2409.04828 (2024-09-07)",
    "arXiv:2409.04828, 2024/09",
    "PDF: https://arxiv.org/pdf/2409.04828",
    "In: arXiv preprint arXiv:2409.04828",
    "arXiv pre-print 2409.04828",
    "Available as arXiv:2409.04828",
    "Submitted to arXiv: 2409.04828",
  ])("scheme, file name, date or words around an id may be written in other ways: %s", (text) =>
    expect(parseArxivId(text)).toBe("2409.04828"),
  );

  test.each([
    "https://example.org/bibtex/2409.04828",
    "https://arxiv.org/list/hep-th/9711",
    "info:doi/10.1000/2409.04828",
    "2409.04828 (v1.pdf)",
    "arXiv:2409.04828, 2024-09-07-01",
    "in as to",
  ])("%s is none", (text) => expect(parseArxivId(text)).toBeNull());
});
