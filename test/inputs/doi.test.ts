import { readDoi, readFirstDoi } from "../../src/inputs/doi";

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

test.each([
  "10.7777/plain.",
  "10.7777/plain,",
  "DOI 10.7777/plain",
  "doi:10.7777/plain",
  "(DOI: 10.7777/plain).",
  "[10.7777/plain]",
  "**10.7777/plain**",
  "<https://doi.org/10.7777/plain>",
  "dx.doi.org/10.7777/plain/",
  "https://doi.org/10.7777/plain?utm=1#x",
  "10.7777/plain?utm=1",
  "https://doi.org/10.7777%2Fplain",
  "https%3A%2F%2Fdoi.org%2F10.7777%2Fplain",
  "[the paper](https://doi.org/10.7777/plain)",
  "\\url{https://doi.org/10.7777/plain}",
  "\\href{https://doi.org/10.7777/plain}{The paper}",
  '<a href="https://doi.org/10.7777/plain">The paper</a>',
])("%s is read as 10.7777/plain, also where several may stand", (text) => {
  expect(readDoi(text)).toBe("10.7777/plain");
  expect(readFirstDoi(text)).toBe("10.7777/plain");
});

test.each([
  SICI,
  "10.1016/S0140-6736(05)",
  "10.1002/(SICI)1521-4095(199805)10:7<1::AID>3.0.CO;2-#",
  "10.1000/a[b]{c};d,e",
])("%s stays whole: alone, in brackets, in a link and encoded", (doi) => {
  const link = `https://doi.org/${doi}`;
  for (const text of [doi, link, `(${doi})`, `<${link}>`, `[x](${link})`, `\\url{${link}}`, `${doi}.`, `${link}.`]) {
    expect([text, readDoi(text)]).toEqual([text, doi]);
  }
  expect(readDoi(`https://doi.org/${encodeURIComponent(doi)}?a=b`)).toBe(doi);
  expect(readFirstDoi(`${doi} 10.1000/b`)).toBe(doi);
});

test.each([
  "in print",
  "10.1000",
  "10.1000/",
  "https://example.org/10.7777/plain",
  "https://10.7777/plain",
  "10.7777/a b",
])("%s is no DOI", (text) => expect(readDoi(text)).toBeNull());
