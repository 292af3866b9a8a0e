import { isArxivId, parseArxivId } from "../src/papers/arxiv-id";

describe("arXiv ids", () => {
  test.each([
    ["2409.04828", "2409.04828"],
    [" 2409.04828v2 ", "2409.04828"],
    ["arXiv:2409.04828", "2409.04828"],
    ["0704.0001", "0704.0001"],
    ["cs/9901001", "cs/9901001"],
    ["math.GT/0309136v1", "math/0309136"],
    ["hep-th/9901001", "hep-th/9901001"],
    ["https://arxiv.org/abs/2409.04828v2", "2409.04828"],
    ["http://www.arxiv.org/pdf/2409.04828.pdf", "2409.04828"],
    ["arxiv.org/html/2409.04828v1#S1", "2409.04828"],
    ["https://export.arxiv.org/abs/cs/9901001?context=cs", "cs/9901001"],
    ["https://huggingface.co/papers/2409.04828", "2409.04828"],
    ["https://doi.org/10.48550/arXiv.2409.04828", "2409.04828"],
    ["9999.99999", "9999.99999"],
  ])("%j is %s", (text, id) => expect(parseArxivId(text)).toBe(id));

  test.each([
    "",
    "hello",
    "2409.048",
    "2409.048281",
    "https://example.org/abs/2409.04828",
    "10.1000/182",
    "cs/99",
    "2409.04828 or so",
  ])("%j is none", (text) => expect(parseArxivId(text)).toBeNull());

  test.each(["2409.04828", "1412.9999", "1501.00001", "0704.0001", "math.GT/0309136"])("%s can be imported", (id) =>
    expect(isArxivId(id)).toBe(true),
  );

  test.each([
    "2503.0213",
    "704.0002",
    "1412.00001",
    "1501.0001",
    "2413.00001",
    "2400.00001",
    "0703.0001",
    "2409.04828v1",
    "arXiv:2409.04828",
    "cs/9913001",
    "cs/9900001",
    "",
  ])("%j is damaged or no bare id, and cannot", (id) => expect(isArxivId(id)).toBe(false));
});
