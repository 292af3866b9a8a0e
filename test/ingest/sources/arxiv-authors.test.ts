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
    ["Ada Lovelace, PhD", ["Ada Lovelace"]],
    ["A. Example, Ph.D., B. Name, M.D., C. Last, Senior Member, IEEE", ["A. Example", "B. Name", "C. Last"]],
    ["A. Example, Jr., M.Sc. and B. Ma", ["A. Example Jr.", "B. Ma"]],
    ["Lovelace, Ada", ["Ada Lovelace"]],
    ["Lovelace, A.", ["A. Lovelace"]],
    ["Lovelace, Ada M. B.", ["Ada M. B. Lovelace"]],
    ["Lovelace and Babbage", ["Lovelace", "Babbage"]],
    ["Lovelace, Jr.", ["Lovelace Jr."]],
    ["Plato, Aristotle, Socrates", ["Plato", "Aristotle", "Socrates"]],
    ["A. Example, B. Name,", ["A. Example", "B. Name"]],
    ["A. Example, B. Name (Somewhere) , ", ["A. Example", "B. Name"]],
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
    ",",
    "Lovelace, PhD",
    "Lovelace, M.S.",
    "Lovelace, Ada and Babbage, Charles",
    "A. Example, , B. Name",
    "Example, A., Name, B.",
    "one two three four five six seven",
  ])("is not taken apart where it is not sure what is a name: %j", (line) => {
    expect(parseAuthors(line)).toBeUndefined();
  });
});
