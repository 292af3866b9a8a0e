import { printedName, readCitedName } from "../../src/citations/names";

describe("the parts of a printed name", () => {
  test.each([
    ["Yuan Liu", "Liu", "Yuan"],
    ["Krishnamurthy Dj Dvijotham", "Dvijotham", "Krishnamurthy Dj"],
    ["Wil M. P. van der Aalst", "van der|Aalst", "Wil M. P."],
    ["Ana de la Cruz López", "de la|Cruz López", "Ana"],
    ["Luc Van Gool", "Van Gool", "Luc"],
    ["Hugo Van hamme", "Van hamme", "Hugo"],
    ["Munmun De Choudhury", "De Choudhury", "Munmun"],
    ["Claudia d'Amato", "d'Amato", "Claudia"],
    ["Kiet Van Nguyen", "Nguyen", "Kiet Van"],
    ["Phi Le Nguyễn", "Nguyễn", "Phi Le"],
    ["Van Nguyen", "Nguyen", "Van"],
    ["Songhang deng", "deng", "Songhang"],
    ["Qingyao Ai", "Ai", "Qingyao"],
    ['Linxi "Jim" Fan', "Fan", 'Linxi "Jim"'],
    ["Wei (Wayne) Chen", "Chen", "Wei (Wayne)"],
    ["Jean‑Paul O’Brien", "O’Brien", "Jean‑Paul"],
  ])("%s: %s", (name, expected, given) => {
    const [family, particle] = expected.split("|").reverse();
    const parts = readCitedName(name);
    expect(parts).toEqual({ family, given, ...(particle !== undefined && { "non-dropping-particle": particle }) });
    expect(printedName(parts)).toBe(name);
  });

  test.each([
    ["Hal Daumé III", { family: "Daumé", given: "Hal", suffix: "III" }],
    ["Ada van Example, Jr.", { family: "Example", "non-dropping-particle": "van", given: "Ada", suffix: "Jr." }],
  ])("with a suffix: %s", (name, parts) => expect(readCitedName(name)).toEqual(parts));

  test.each([
    "o3 contributors",
    "DeepSeek-AI",
    "NVIDIA",
    "Kimi Team",
    "Team Cohere",
    "the TCV team",
    "Claude AI",
    "Xiaomi LLM-Core Team",
    "SAM 3D Team",
    "2024 CVS Challenge Consortium",
    "Donald Johann Jr. and Fred Prior",
    "Institute of Examples, Berlin",
    "Linus",
    "王小明",
    "山田 太郎",
    "김 철수",
  ])("%s is one name", (name) => expect(readCitedName(name)).toEqual({ literal: name }));

  test("slips of listings are left out", () => {
    expect(readCitedName("and Lei Bai")).toEqual({ family: "Bai", given: "Lei" });
    expect(readCitedName("Adam Hewitt and")).toEqual({ family: "Hewitt", given: "Adam" });
    expect(readCitedName("Peter St\\ütz")).toEqual({ family: "Stütz", given: "Peter" });
    expect(readCitedName("Sathyanarayanan N. Aakur\\\\")).toEqual({ family: "Aakur", given: "Sathyanarayanan N." });
  });
});
