import { readFirstDoi } from "../../src/inputs/doi";

const SICI = "10.1002/(SICI)1521-3978(200005)48:5/7<435::AID-PROP435>3.0.CO;2-0";

test.each([
  ["10.1000/a", "10.1000/a"],
  ["doi: 10.1000/a 10.1000/b", "10.1000/a"],
  ["10.1000/a; 10.1000/b", "10.1000/a"],
  ["10.1000/a,10.1000/b", "10.1000/a"],
  ["see https://doi.org/10.1000/a;doi:10.1000/b", "10.1000/a"],
  [SICI, SICI],
  [`${SICI}, 10.1000/b`, SICI],
  ["in print", null],
])("the first DOI of %s is %s", (text, doi) => expect(readFirstDoi(text)).toBe(doi));
