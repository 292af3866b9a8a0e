import { parseAuthors } from "../../../src/ingest/sources/arxiv-authors";

describe("arXiv's line of authors", () => {
  test.each([
    ["Ada Example", ["Ada Example"]],
    ["Roldao da Rocha, Waldyr A. Rodrigues Jr", ["Roldao da Rocha", "Waldyr A. Rodrigues Jr"]],
    ["A. Example, B. Name, Jr., and C. Last III", ["A. Example", "B. Name Jr.", "C. Last III"]],
    ["A. Example and B. Name & C. Last", ["A. Example", "B. Name", "C. Last"]],
    [
      "Andrew Gould (Ohio State), Susan Dorsher (Dept. (Physics), Ohio State), and A. Udalski (Warsaw)",
      ["Andrew Gould", "Susan Dorsher", "A. Udalski"],
    ],
    ["A. Example (1), B. Name (1 and 2)\n ((1) Univ. of X, Y, (2) Institute of Z)", ["A. Example", "B. Name"]],
    ["C. Bal\\'azs, E. L. Berger, C.-P. Yuan", ["C. Bal\\'azs", "E. L. Berger", "C.-P. Yuan"]],
    ['M. G\\"{o}del, {\\L}ukasz {a, b} Wi\\c{s}ki', ['M. G\\"{o}del', "{\\L}ukasz {a, b} Wi\\c{s}ki"]],
    ["Sandy Anderson, Andy Brand", ["Sandy Anderson", "Andy Brand"]],
    ["ATLAS Collaboration", ["ATLAS Collaboration"]],
  ])("%s", (line, names) => expect(parseAuthors(line)).toEqual(names));

  test.each([
    "",
    "A. Example et al.",
    "A. Example (Univ. of X",
    "A. Example), B. Name",
    "The ATLAS Collaboration: G. Aad, B. Abbott",
    "A. Example, B. Name, for the ALICE Collaboration",
    "A. Example, on behalf of the others",
    "Example, A.; Name, B.",
    "Institute for Research and Development",
    "A. Example$^1$, B. Name$^2$",
    "A. Example, B. Name,",
    "A. Example, , B. Name",
    "Example, A., Name, B.",
    "one two three four five six seven",
  ])("is not taken apart where it is not sure what is a name: %j", (line) => {
    expect(parseAuthors(line)).toBeUndefined();
  });
});
